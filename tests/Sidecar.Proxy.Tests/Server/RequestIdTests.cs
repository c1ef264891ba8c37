using System.Diagnostics;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>One name for one request, wherever somebody looks for it.</summary>
public sealed class RequestIdTests
{
    private const string Trace = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";

    /// <summary>What came in, and the id that is therefore used; null for one that the sidecar makes.</summary>
    public static TheoryData<string, string?> CameIn => new()
    {
        { "", null },
        { "X-Request-Id: from-client\r\n", "from-client" },
        { "x-rEQUEST-iD:\t from-client \r\n", "from-client" },
        { "X-Request-Id:\r\n", null },
        { "X-Request-Id: \r\nX-Request-Id: one\r\n", null },
        { "X-Request-Id: one\r\nX-Request-Id: two\r\n", null },
        { "X-Request-Id: one\r\nX-Request-Id: one\r\n", null },
        { $"X-Request-Id: {new string('a', 5000)}\r\n", null },
        { "X-Request-Id: a b\r\n", null },
        { "X-Request-Id: K\u00f6ln\r\n", null },
        { "Connection: X-Request-Id\r\nX-Request-Id: one\r\n", null },
    };

    [Theory]
    [MemberData(nameof(CameIn))]
    public async Task Client_app_log_and_span_have_the_same_whatever_came_in(string fields, string? id)
    {
        var spans = new RecordedSpans();
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans);
        var exchange = sidecar.ExchangeAsync($"GET / HTTP/1.1\r\nHost: a\r\n{Trace}{fields}\r\n");

        var connection = await app.AcceptedAsync();
        var atTheApp = (await connection.ReadHeadAsync()).FieldsOf("X-Request-Id").ShouldHaveSingleItem();
        await connection.SendAsync(Answers.Ok);

        await ShouldBeEverywhereAsync(sidecar, spans, await exchange, atTheApp);
        if (id is not null)
            atTheApp.ShouldBe(id);
    }

    [Theory]
    [InlineData("same")]
    [InlineData("another")]
    public async Task An_app_that_sends_one_back_does_not_make_it_two(string kind)
    {
        var spans = new RecordedSpans();
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans);
        var exchange = sidecar.ExchangeAsync($"GET / HTTP/1.1\r\nHost: a\r\n{Trace}\r\n");

        var connection = await app.AcceptedAsync();
        var id = (await connection.ReadHeadAsync()).FieldsOf("X-Request-Id").ShouldHaveSingleItem();
        await connection.SendAsync($"HTTP/1.1 200 OK\r\nx-request-id: {(kind == "same" ? id : kind)}\r\nContent-Length: 2\r\n\r\nok");

        await ShouldBeEverywhereAsync(sidecar, spans, await exchange, id);
    }

    [Fact]
    public async Task A_response_of_the_sidecars_own_has_it_too()
    {
        var spans = new RecordedSpans();
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}", spans);

        var response = await sidecar.ExchangeAsync($"GET / HTTP/1.1\r\nHost: a\r\n{Trace}X-Request-Id: from-client\r\n\r\n");

        response.ShouldBeRejected(502);
        await ShouldBeEverywhereAsync(sidecar, spans, response, "from-client");
    }

    private static async Task ShouldBeEverywhereAsync(RunningSidecar sidecar, RecordedSpans spans, string response, string id)
    {
        id.ShouldMatch("^[!-~]{1,128}$");
        response.FieldsOf("X-Request-Id").ShouldBe([id]);
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.request_id"].ShouldBe(id);
        (await spans.OfTraceAsync("4bf92f3577b34da6a3ce929d0e0e4736")).Single(span => span.Kind == ActivityKind.Server).Attribute("sidecar.request_id").ShouldBe(id);
    }
}
