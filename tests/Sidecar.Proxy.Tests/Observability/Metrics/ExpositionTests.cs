using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.Metrics;

namespace Sidecar.Proxy.Tests.Observability.Metrics;

public sealed partial class ExpositionTests
{
    [Theory]
    [InlineData("http.server.request.duration", "s", false, "http_server_request_duration_seconds")]
    [InlineData("http.server.active_requests", "{request}", true, "http_server_active_requests")]
    [InlineData("http.server.request.body.size", "By", false, "http_server_request_body_size_bytes")]
    [InlineData("cpu.utilization", "1", true, "cpu_utilization_ratio")]
    [InlineData("cpu.count", "1", false, "cpu_count")]
    [InlineData("disk.io", "By/s", false, "disk_io_bytes_per_second")]
    [InlineData("queue.rate", "{item}/s", false, "queue_rate_per_second")]
    [InlineData("uptime.seconds", "s", false, "uptime_seconds")]
    [InlineData("odd..name-x", "", false, "odd_name_x")]
    [InlineData("9lives", "", false, "_9lives")]
    public void Names_are_Prometheus_names(string name, string unit, bool isGauge, string expected) =>
        PrometheusName.OfMetric(name, PrometheusName.OfUnit(unit, isGauge)).ShouldBe(expected);

    [Theory]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text;version=0.0.1", false)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.2,text/plain", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    public void The_format_is_what_the_client_likes_best(string accept, bool isOpenMetrics) =>
        ExpositionFormats.Choose(MediaTypeHeaderValue.TryParseList([accept], out var types) ? types : []).ShouldBe(isOpenMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Prometheus);

    [Fact]
    public void As_Prometheus_text() => Expose(ExpositionFormat.Prometheus).ShouldBe("""
        # TYPE target_info gauge
        # HELP target_info Target metadata
        target_info{service_name="legacy"} 1
        # TYPE sizes_bytes histogram
        # HELP sizes_bytes What "sizes"\nthere are.
        sizes_bytes_bucket{otel_scope_name="X",kind="a\"b\\c\nd",le="1.0"} 1
        sizes_bytes_bucket{otel_scope_name="X",kind="a\"b\\c\nd",le="2.5"} 1
        sizes_bytes_bucket{otel_scope_name="X",kind="a\"b\\c\nd",le="+Inf"} 2
        sizes_bytes_count{otel_scope_name="X",kind="a\"b\\c\nd"} 2
        sizes_bytes_sum{otel_scope_name="X",kind="a\"b\\c\nd"} 4.5
        # TYPE things_total counter
        things_total{otel_scope_name="X",http_ok="true"} 3
        # TYPE temperature_celsius gauge
        temperature_celsius{otel_scope_name="X"} -1.5

        """, StringCompareShould.IgnoreLineEndings);

    [Fact]
    public void As_OpenMetrics_with_units_and_exemplars()
    {
        var text = Expose(ExpositionFormat.OpenMetrics);

        text.ShouldStartWith("# TYPE target info\n# HELP target Target metadata\ntarget_info{service_name=\"legacy\"} 1\n# TYPE sizes_bytes histogram\n# UNIT sizes_bytes bytes\n# HELP sizes_bytes What \\\"sizes\\\"\\nthere are.\n");
        text.ShouldMatch("sizes_bytes_bucket\\{[^}]*le=\"1.0\"\\} 1 # \\{trace_id=\"[0-9a-f]{32}\",span_id=\"[0-9a-f]{16}\"\\} 0.5 [0-9]+\\.[0-9]{3}\n");
        text.ShouldMatch("sizes_bytes_bucket\\{[^}]*le=\"2.5\"\\} 1\n");
        text.ShouldMatch("sizes_bytes_bucket\\{[^}]*le=\"\\+Inf\"\\} 2 # \\{trace_id=\"[0-9a-f]{32}\",span_id=\"[0-9a-f]{16}\"\\} 4 ");
        text.ShouldContain("# TYPE things counter\nthings_total{");
        text.ShouldEndWith("\n# EOF\n");
        ExemplarsOf(text).Length.ShouldBe(3);
    }

    private static string[] ExemplarsOf(string text) => [.. Exemplar().Matches(text).Select(match => match.Value)];

    [GeneratedRegex("# \\{trace_id=")]
    private static partial Regex Exemplar();

    private static string Expose(ExpositionFormat format)
    {
        var name = $"Test{Guid.NewGuid():N}";
        using var meter = new Meter(name);
        using var exporter = new PrometheusExporter();
        using var provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.Clear().AddAttributes([new("service.name", "legacy")]))
            .AddMeter(name)
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddReader(new BaseExportingMetricReader(exporter))
            .Build();
        var sizes = meter.CreateHistogram("sizes", "By", "What \"sizes\"\nthere are.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2.5] });
        var things = meter.CreateCounter<long>("things", "{thing}");
        meter.CreateObservableGauge("temperature", () => -1.5, "Cel");
        using (var span = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start())
        {
            span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
            sizes.Record(0.5, new KeyValuePair<string, object?>("kind", "a\"b\\c\nd"));
            sizes.Record(4, new KeyValuePair<string, object?>("kind", "a\"b\\c\nd"));
            things.Add(3, new KeyValuePair<string, object?>("http.ok", true));
        }

        using var output = new Utf8Builder();
        exporter.TryWrite(output, format).ShouldBeTrue();
        return Encoding.UTF8.GetString(output.Written).Replace(name, "X");
    }
}
