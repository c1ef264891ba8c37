using System.Net.Http.Json;

namespace SidecarAspire.EndToEnd.Tests;

public sealed class TelemetryTests(Topology topology)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_request_leaves_one_log_record_in_the_dashboard()
    {
        using var telemetry = topology.OpenTelemetry();
        var caller = TraceParent.Create();
        await RequestAsync("/accounts/1001", caller);

        var record = await telemetry.LogOfAsync(caller.TraceId, Cancelled);

        record.Message.ShouldMatch(@"^legacy-app - http://\S+ - \S*/accounts/1001\S* - \d{13}$");
        record.Attributes["http.request.method"].ShouldBe("GET");
        record.Attributes["url.path"].ShouldBe("/accounts/1001");
        record.Attributes["http.response.status_code"].ShouldBe("200");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_is_a_server_span_below_the_callers_and_a_client_span_below_that_and_the_app_is_told()
    {
        using var telemetry = topology.OpenTelemetry();
        var caller = TraceParent.Create();
        var received = await RequestAsync("/debug/headers", caller);

        var spans = await telemetry.SpansOfAsync(caller.TraceId, 2, Cancelled);

        var server = spans.Single(span => span.Kind == SpanKind.Server);
        var client = spans.Single(span => span.Kind == SpanKind.Client);
        server.ParentId.ShouldBe(caller.SpanId);
        server.Attributes["url.path"].ShouldBe("/debug/headers");
        client.ParentId.ShouldBe(server.Id);
        TraceParent.Parse(received[TraceParent.Header]).ShouldBe(new TraceParent(caller.TraceId, client.Id));
    }

    [Fact(Timeout = 60_000)]
    public async Task Metrics_arrive_in_the_dashboard()
    {
        using var telemetry = topology.OpenTelemetry();
        await RequestAsync("/accounts/1003", TraceParent.Create());

        (await telemetry.ResourceWithMetricsAsync(Cancelled)).ShouldBe(Topology.Sidecar);
    }

    private async Task<Dictionary<string, string>> RequestAsync(string path, TraceParent caller)
    {
        using var client = topology.CreateClient();
        client.DefaultRequestHeaders.Add(TraceParent.Header, caller.ToString());
        using var response = await client.GetAsync(path, Cancelled);
        response.EnsureSuccessStatusCode();
        return path == "/debug/headers"
            ? (await response.Content.ReadFromJsonAsync<Dictionary<string, string>>(Cancelled)).ShouldNotBeNull()
            : [];
    }
}
