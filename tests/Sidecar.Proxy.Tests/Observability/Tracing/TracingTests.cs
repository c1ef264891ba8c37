using System.Diagnostics;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability.Tracing;

public sealed class TracingTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public async Task A_server_span_has_the_attempts_client_span_as_its_child()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new RecordedSpans();
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans);

        await sidecar.GetAsync("/orders?a=1", $"traceparent: 00-{trace}-00f067aa0ba902b7-01", "tracestate: vendor=1");

        var (client, server) = Pair(await spans.OfTraceAsync(trace));
        server.Kind.ShouldBe(ActivityKind.Server);
        server.Name.ShouldBe("GET");
        server.ParentSpanId.ToHexString().ShouldBe("00f067aa0ba902b7");
        server.TraceState.ShouldBe("vendor=1");
        server.Attribute("http.request.method").ShouldBe("GET");
        server.Attribute("url.path").ShouldBe("/orders");
        server.Attribute("url.query").ShouldBe("a=1");
        server.Attribute("http.response.status_code").ShouldBe(200);
        server.Attribute("server.address").ShouldBe("shop.example");
        server.Status.ShouldBe(ActivityStatusCode.Unset);
        client.ParentSpanId.ShouldBe(server.SpanId);
        client.Attribute("url.full").ShouldBe($"{app.Url}/orders?a=1");
        client.Attribute("server.port").ShouldBe(app.Port);
        client.Attribute("http.response.status_code").ShouldBe(200);
    }

    [Fact]
    public async Task A_request_without_a_trace_begins_one()
    {
        var spans = new RecordedSpans();
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans);

        await sidecar.GetAsync();
        await sidecar.GetAsync("/", "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        await sidecar.AccessLog.NextAsync();
        await sidecar.AccessLog.NextAsync();
        await sidecar.StopAsync();

        var servers = spans.Drain().Where(span => span.Kind == ActivityKind.Server).ToArray();
        servers.Select(span => Convert.ToHexStringLower(span.Fields.Bytes(4))).ShouldBe(["", "00f067aa0ba902b7"]);
        // Sampled, with a random id where it is the sidecar's; it is known whether the parent is another process's; it is (trace.proto, SpanFlags).
        servers.Select(span => span.Fields.Number(16)).ShouldBe([0x103, 0x301]);
    }

    [Fact]
    public async Task An_attempt_lies_within_its_request_and_names_its_peer()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new RecordedSpans();
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans);

        await sidecar.GetAsync("/", $"traceparent: 00-{trace}-00f067aa0ba902b7-01", "User-Agent: tests");

        var (client, server) = Pair(await spans.OfTraceAsync(trace));
        (client.Start >= server.Start && client.End <= server.End && client.Start < client.End).ShouldBeTrue();
        client.Attribute("network.peer.address").ShouldBe("127.0.0.1");
        client.Attribute("network.peer.port").ShouldBe(app.Port);
        server.Attribute("client.address").ShouldBe("127.0.0.1");
        server.Attribute("user_agent.original").ShouldBe("tests");
    }

    [Theory]
    [InlineData("shop.example:8080", "shop.example", 8080)]
    [InlineData("[::1]:8080", "[::1]", 8080)]
    [InlineData("[::1]", "[::1]", null)]
    public async Task The_host_is_told_apart_from_its_port(string host, string address, int? port)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new RecordedSpans();
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans);

        await sidecar.ExchangeAsync($"GET / HTTP/1.1\r\nHost: {host}\r\ntraceparent: 00-{trace}-00f067aa0ba902b7-01\r\n\r\n");

        var (_, server) = Pair(await spans.OfTraceAsync(trace));
        server.Attribute("server.address").ShouldBe(address);
        server.Attribute("server.port").ShouldBe(port);
    }

    [Fact]
    public async Task The_app_receives_the_attempts_context()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new RecordedSpans();
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans);
        var exchange = sidecar.GetAsync("/", $"traceparent: 00-{trace}-00f067aa0ba902b7-01", "tracestate: vendor=1", "baggage: k=v");

        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        await connection.SendAsync(Ok);
        await exchange;

        var (client, _) = Pair(await spans.OfTraceAsync(trace));
        head.ShouldContain($"\r\ntraceparent: 00-{trace}-{client.SpanId.ToHexString()}-01\r\n");
        head.ShouldContain("\r\ntracestate: vendor=1\r\n");
        head.ShouldContain("\r\nbaggage: k=v\r\n");
    }

    [Fact]
    public async Task The_log_record_belongs_to_the_server_span()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new RecordedSpans();
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans);

        await sidecar.GetAsync("/", $"traceparent: 00-{trace}-00f067aa0ba902b7-01");

        var (_, server) = Pair(await spans.OfTraceAsync(trace));
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Trace.ShouldBe(server.TraceId);
        record.Span.ShouldBe(server.SpanId);
    }

    [Fact]
    public async Task A_failure_is_an_error_on_both_spans()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new RecordedSpans();
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}", spans);

        await sidecar.GetAsync("/", $"traceparent: 00-{trace}-00f067aa0ba902b7-01");

        var (client, server) = Pair(await spans.OfTraceAsync(trace));
        foreach (var span in new[] { client, server })
        {
            span.Status.ShouldBe(ActivityStatusCode.Error);
            span.Attribute("error.type").ShouldBe("connection_refused");
        }

        server.Attribute("http.response.status_code").ShouldBe(502);
        client.Attribute("http.response.status_code").ShouldBeNull();
    }

    [Fact]
    public async Task An_unknown_method_does_not_name_a_span()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new RecordedSpans();
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans);

        await sidecar.ExchangeAsync($"BREW / HTTP/1.1\r\nHost: a\r\ntraceparent: 00-{trace}-00f067aa0ba902b7-01\r\n\r\n");

        var (_, server) = Pair(await spans.OfTraceAsync(trace));
        server.Name.ShouldBe("HTTP");
        server.Attribute("http.request.method").ShouldBe("_OTHER");
        server.Attribute("http.request.method_original").ShouldBe("BREW");
    }

    private static (RecordedSpan Client, RecordedSpan Server) Pair(IReadOnlyList<RecordedSpan> spans)
    {
        spans.Count.ShouldBe(2);
        return (spans[0], spans[1]);
    }
}
