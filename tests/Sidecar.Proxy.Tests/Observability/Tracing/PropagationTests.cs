using System.Diagnostics;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability.Tracing;

public sealed class PropagationTests
{
    private const string Span = "00f067aa0ba902b7";

    [Theory]
    [InlineData("b3: {0}-00f067aa0ba902b7-1")]
    [InlineData("X-B3-TraceId: {0}\r\nX-B3-SpanId: 00f067aa0ba902b7\r\nX-B3-Sampled: 1")]
    [InlineData("X-B3-TraceId: {0}\r\nX-B3-SpanId: 00f067aa0ba902b7\r\nX-B3-ParentSpanId: 00f067aa0ba902b8\r\nX-B3-Sampled: true")]
    public async Task B3_is_accepted_in_both_forms_and_passed_on_in_both(string headers)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new RecordedSpans();
        var (head, client, server) = await PassAsync(spans, trace, "b3,b3multi", string.Format(null, headers, trace));

        server.ParentSpanId.ToHexString().ShouldBe(Span);
        head.ShouldContain($"\r\nb3: {trace}-{client.SpanId.ToHexString()}-1\r\n");
        head.ShouldContain($"\r\nX-B3-TraceId: {trace}\r\n");
        head.ShouldContain($"\r\nX-B3-SpanId: {client.SpanId.ToHexString()}\r\n");
        head.ShouldContain("\r\nX-B3-Sampled: 1\r\n");
        head.ShouldNotContain("ParentSpanId");
        head.ShouldNotContain(Span);
        head.ShouldNotContain("traceparent");
    }

    [Fact]
    public async Task A_b3_trace_goes_on_as_w3c_where_both_are_chosen()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new RecordedSpans();
        var (head, client, server) = await PassAsync(spans, trace, "tracecontext,b3", $"b3: {trace}-{Span}-1");

        server.ParentSpanId.ToHexString().ShouldBe(Span);
        head.ShouldContain($"\r\ntraceparent: 00-{trace}-{client.SpanId.ToHexString()}-01\r\n");
        head.ShouldContain($"\r\nb3: {trace}-{client.SpanId.ToHexString()}-1\r\n");
    }

    [Fact]
    public async Task A_short_trace_id_is_padded_and_the_debug_flag_stays()
    {
        var trace = "0000000000000000" + ActivitySpanId.CreateRandom().ToHexString();
        var spans = new RecordedSpans();
        var (head, client, _) = await PassAsync(spans, trace, "b3", $"b3: {trace[16..].ToUpperInvariant()}-{Span}-d");

        head.ShouldContain($"\r\nb3: {trace}-{client.SpanId.ToHexString()}-d\r\n");
    }

    [Theory]
    [InlineData("b3: 0")]
    [InlineData("X-B3-Sampled: 0")]
    public async Task Who_must_not_be_traced_is_not_and_the_app_hears_of_it(string header)
    {
        var spans = new RecordedSpans();
        var head = await HeadAsync(spans, "Sidecar:Tracing:Propagators=b3,tracecontext", header, "X-Mark: 1");

        head.ShouldContain("\r\nb3: 0\r\n");
        head.ShouldNotContain("traceparent");
        spans.Drain().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("b3: x")]
    [InlineData("b3: 00000000000000000000000000000000-00f067aa0ba902b7-1")]
    [InlineData("b3: 4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1-1-1")]
    [InlineData("b3: 4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7")]
    [InlineData("traceparent: 00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("traceparent: garbage")]
    public async Task A_context_that_cannot_be_read_is_not_passed_on(string header)
    {
        var head = await HeadAsync(null, "Sidecar:Tracing:Propagators=b3,tracecontext", header);

        head.ShouldNotContain(header);
    }

    [Fact]
    public async Task Headers_that_are_not_chosen_pass_through_untouched()
    {
        var spans = new RecordedSpans();
        string[] headers = ["traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "tracestate: vendor=1", "b3: 4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1", "baggage: k=v"];

        var head = await HeadAsync(spans, "Sidecar:Tracing:Propagators=none", headers);

        headers.ShouldAllBe(header => head.Contains($"\r\n{header}\r\n"));
    }

    [Theory]
    [InlineData("/health", "tests", "Sidecar:Tracing:HealthCheckPaths=/health")]
    [InlineData("/any", "kube-probe/1.33", "SRV_NAME=legacy")]
    public async Task A_health_check_has_no_spans_but_its_context_goes_on(string path, string agent, string setting)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new RecordedSpans();
        await using var app = ScriptedApp.Serving(EchoAsync);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans, setting);
        var parent = $"00-{trace}-{Span}-01";

        var answer = await sidecar.GetAsync(path, $"User-Agent: {agent}", $"traceparent: {parent}");
        await sidecar.GetAsync("/else", "User-Agent: tests", $"traceparent: {parent}");

        answer.ShouldContain($"traceparent: {parent}");
        (await spans.OfTraceAsync(trace)).ShouldAllBe(span => (string)span.Attribute("url.path")! != path && !((string?)span.Attribute("url.full") ?? "").EndsWith(path));
    }

    private static async Task<(string Head, RecordedSpan Client, RecordedSpan Server)> PassAsync(RecordedSpans spans, string trace, string propagators, string headers)
    {
        var head = await HeadAsync(spans, $"Sidecar:Tracing:Propagators={propagators}", headers.Split("\r\n"));
        var found = await spans.OfTraceAsync(trace);
        return (head, found[0], found[1]);
    }

    private static async Task<string> HeadAsync(RecordedSpans? spans, string setting, params string[] headers)
    {
        await using var app = ScriptedApp.Serving(EchoAsync);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans, setting);
        var answer = await sidecar.GetAsync("/", headers);
        return answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
    }

    private static async Task EchoAsync(RawConnection connection)
    {
        var head = await connection.ReadHeadAsync();
        await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {head.Length}\r\n\r\n{head}");
    }
}
