using System.Diagnostics;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.Retries;

public sealed class RetryTelemetryTests
{
    [Fact]
    public async Task Retries_are_counted_by_reason_and_outcome()
    {
        var turns = new Turns(null, Turns.Unavailable, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce);
        using var metrics = new RecordedMetrics(sidecar);

        await sidecar.GetAsync();
        await sidecar.Logs.NextAsync(AccessLog.Category);

        metrics["sidecar.retries", "sidecar.retry.reason=reset", "sidecar.retry.outcome=failure"].ShouldBe(1);
        metrics["sidecar.retries", "sidecar.retry.reason=status", "sidecar.retry.outcome=success"].ShouldBe(1);
    }

    [Fact]
    public async Task Each_attempt_has_a_client_span_of_its_own()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new RecordedSpans();
        var turns = new Turns(Turns.Unavailable, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans, Retrying.AtOnce);

        await sidecar.GetAsync("/", $"traceparent: 00-{trace}-00f067aa0ba902b7-01");

        var all = await spans.OfTraceAsync(trace);
        all.Select(span => span.Attribute("http.response.status_code")).ShouldBe([503, 200, 200]);
        all.Select(span => span.Attribute("http.request.resend_count")).ShouldBe([null, 1, null]);
        all[0].Attribute("error.type").ShouldBe("503");
        all[2].Attribute("sidecar.retry.reason").ShouldBe("status");
        turns.Seen[0].Request.ShouldContain(all[0].SpanId.ToHexString());
        turns.Seen[1].Request.ShouldContain(all[1].SpanId.ToHexString());
    }
}
