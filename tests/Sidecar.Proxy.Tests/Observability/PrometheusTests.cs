using System.Diagnostics;
using System.Net.Http.Headers;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability;

public sealed class PrometheusTests
{
    [Fact]
    public async Task Golden_metrics_are_at_the_admin_port()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        await sidecar.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        await sidecar.ExchangeAsync("GET / HTTP/1.1\nHost: a\n\n");
        await sidecar.AccessLog.NextAsync();
        await sidecar.AccessLog.NextAsync();

        var (text, type) = await ScrapeAsync(sidecar, "text/plain");

        type.ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        text.ShouldContain("# TYPE http_server_request_duration_seconds histogram\n");
        text.ShouldContain("http_server_request_duration_seconds_count{http_request_method=\"POST\",url_scheme=\"http\",network_protocol_version=\"1.1\",http_response_status_code=\"200\"} 1\n");
        text.ShouldContain("http_response_status_code=\"200\",le=\"+Inf\"} 1\n");
        text.ShouldContain($"http_client_request_duration_seconds_count{{http_request_method=\"POST\",server_address=\"127.0.0.1\",server_port=\"{app.Port}\",http_response_status_code=\"200\"}} 1\n");
        text.ShouldContain("# TYPE http_server_active_requests gauge\n");
        text.ShouldContain("http_server_active_requests{http_request_method=\"POST\",url_scheme=\"http\"} 0\n");
        text.ShouldContain("sidecar_request_body_bytes_total 3\n");
        text.ShouldContain("sidecar_response_body_bytes_total 2\n");
        text.ShouldContain("sidecar_errors_total{error_type=\"http_request_error\"} 1\n");
        text.ShouldContain("http_connection_state=\"idle\"} 1\n");
        text.ShouldContain("sidecar_access_log_lost_total 0\n");
        text.ShouldNotContain("# {");
        text.ShouldNotContain("# EOF");
    }

    [Fact]
    public async Task OpenMetrics_has_exemplars_that_lead_to_a_trace()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var spans = new RecordedSpans();
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        await sidecar.GetAsync("/", $"traceparent: 00-{trace}-00f067aa0ba902b7-01");
        await sidecar.AccessLog.NextAsync();

        var (text, type) = await ScrapeAsync(sidecar, "application/openmetrics-text");

        type.ShouldStartWith("application/openmetrics-text; version=1.0.0");
        text.ShouldContain($"# {{trace_id=\"{trace}\",span_id=");
        text.ShouldEndWith("# EOF\n");
    }

    private static async Task<(string Text, string Type)> ScrapeAsync(RunningSidecar sidecar, string accept)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{sidecar.AdminPort}/metrics"), Patience.Token());
        return (await response.Content.ReadAsStringAsync(Patience.Token()), response.Content.Headers.ContentType!.ToString());
    }
}
