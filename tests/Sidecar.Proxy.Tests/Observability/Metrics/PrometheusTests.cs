using System.Globalization;
using System.Text.Json;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability.Metrics;

public sealed class PrometheusTests
{
    [Fact]
    public async Task Prometheus_scrapes_counts_and_leads_to_the_traces()
    {
        Tool.Require("prometheus");
        await using var collector = await OtlpCollector.StartAsync("http/protobuf");
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("SRV_NAME", "legacy"),
            ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        await sidecar.IsLiveAsync(adminPort);
        using var prometheus = PrometheusServer.Start(adminPort);
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        using var client = await RawConnection.OpenAsync(port);
        for (var i = 0; i < 7; i++)
        {
            await client.SendAsync($"POST /orders/{i} HTTP/1.1\r\nHost: a\r\ntraceparent: 00-{trace}-00f067aa0ba902b7-01\r\nContent-Length: 5\r\n\r\nhello");
            await client.ReadMessageAsync();
        }

        await ValueAsync("http_server_request_duration_seconds_count{http_request_method=\"POST\",http_response_status_code=\"200\",url_scheme=\"http\"}", 7);
        await ValueAsync("http_client_request_duration_seconds_count", 7);
        await ValueAsync("http_server_request_body_size_bytes_sum", 35);
        await ValueAsync("http_server_response_body_size_bytes_sum", 14);
        await ValueAsync("http_server_active_requests", 0);
        await ValueAsync("http_client_open_connections{http_connection_state=\"idle\"}", 1);
        await ValueAsync("http_client_open_connections{http_connection_state=\"active\"}", 0);
        await ValueAsync($"sum(kestrel_active_connections{{server_port=\"{port}\"}})", 1);
        await ValueAsync("sidecar_log_dropped_total", 0);
        await ValueAsync("target_info{service_name=\"legacy\"}", 1);
        await ValueAsync("count(histogram_quantile(0.99, http_server_request_duration_seconds_bucket) > 0)", 1);
        var series = await prometheus.AskAsync("series?match[]=http_server_request_duration_seconds_count", data => data.GetArrayLength() > 0);
        series.GetArrayLength().ShouldBe(1);
        var exemplars = await prometheus.AskAsync($"query_exemplars?query=http_server_request_duration_seconds_bucket&start=0&end={DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeSeconds()}", data => data.GetArrayLength() > 0);
        exemplars.ToString().ShouldContain(trace);
        (await prometheus.AskAsync("targets", data => data.GetProperty("activeTargets").GetArrayLength() == 1)).ToString().ShouldContain("\"lastError\":\"\"");
        // What there is to read about a metric came with it.
        (await prometheus.AskAsync("metadata?metric=http_server_request_duration_seconds", data => data.EnumerateObject().Any())).ToString().ShouldContain("\"unit\":\"seconds\"");

        Task<JsonElement> ValueAsync(string query, double expected) => prometheus.AskAsync(
            $"query?query={Uri.EscapeDataString(query)}",
            data => data.GetProperty("result") is var result && result.GetArrayLength() == 1
                && double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture) == expected);
    }
}
