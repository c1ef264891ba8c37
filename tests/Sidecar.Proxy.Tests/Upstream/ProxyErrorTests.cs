using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class ProxyErrorTests
{
    [Fact]
    public async Task Nothing_listening_is_a_502_with_problem_details()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}");

        var answer = await sidecar.GetAsync("/orders");

        answer.ShouldStartWith("HTTP/1.1 502 Bad Gateway\r\n");
        answer.ShouldContain("\r\nProxy-Status: sidecar; error=connection_refused\r\n");
        answer.ShouldContain("\r\nContent-Type: application/problem+json\r\n");
        var problem = JsonDocument.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..]).RootElement;
        problem.GetProperty("status").GetInt32().ShouldBe(502);
        problem.GetProperty("title").GetString().ShouldBe("Bad Gateway");
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("traceId").GetString()!.Length.ShouldBe(32);
    }

    [Fact]
    public async Task An_app_that_comes_back_is_served_again()
    {
        var port = FreePort.Next();
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{port}");
        (await sidecar.GetAsync()).ShouldStartWith("HTTP/1.1 502");

        await using var app = ScriptedApp.Start(port);
        var exchange = sidecar.GetAsync();
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        (await exchange).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task An_app_that_is_too_slow_is_a_504()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:ResponseTimeout=100ms");

        var answer = await sidecar.GetAsync();

        answer.ShouldStartWith("HTTP/1.1 504 Gateway Timeout\r\n");
        answer.ShouldContain("Proxy-Status: sidecar; error=http_response_timeout");
    }

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nbad header\r\n\r\n")]
    public async Task A_bad_answer_is_a_502(string answer)
    {
        await using var app = ScriptedApp.Answering(answer);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        (await sidecar.GetAsync()).ShouldStartWith("HTTP/1.1 502");
    }

    [Fact]
    public async Task A_connection_closed_without_an_answer_is_a_502()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var exchange = sidecar.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
        using (var connection = await app.AcceptedAsync())
            await connection.ReadHeadAsync();

        (await exchange).ShouldContain("Proxy-Status: sidecar; error=connection_terminated");
    }

    [Fact]
    public async Task A_failure_is_one_line_without_a_stack_trace()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}");
        await sidecar.GetAsync("/orders?secret=1");

        var failure = await sidecar.Logs.NextAsync("Sidecar.Proxy.Observability.FailureLog");

        failure.Level.ShouldBe(LogLevel.Warning);
        failure.Exception.ShouldBeNull();
        failure.Message.ShouldMatch("^GET /orders to http://127.0.0.1:[0-9]+ failed with 502 after [0-9]+ ms: connection_refused, Connection refused$");
        sidecar.Logs.Drain().ShouldNotContain(record => record.Level >= LogLevel.Information && record.Exception != null);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_aborted_and_never_looks_complete()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        using (var connection = await app.AcceptedAsync())
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            await client.ReadThroughAsync("hello");
        }

        string rest;
        try
        {
            rest = await client.ReadToEndAsync();
        }
        catch (System.Net.Sockets.SocketException)
        {
            rest = "";
        }

        rest.ShouldNotContain("\r\n0\r\n\r\n");
    }
}
