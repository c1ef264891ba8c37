using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class Http1ExchangeTests
{
    [Fact]
    public async Task The_app_learns_at_once_that_its_client_is_gone()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        client.Reset();

        (await connection.IsClosedByPeerAsync()).ShouldBeTrue();
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["error.type"].ShouldBe("client_disconnected");
        record.Attributes.ContainsKey("http.response.status_code").ShouldBeFalse();
    }

    [Fact]
    public async Task An_answer_that_stops_is_given_up()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:IdleTimeout=100ms");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");

        (await client.ReadThroughAsync("hello")).ShouldStartWith("HTTP/1.1 200");
        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["error.type"].ShouldBe("connection_read_timeout");
    }

    [Fact]
    public async Task A_request_may_have_a_deadline_for_all_of_it()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:TotalTimeout=100ms");

        (await sidecar.GetAsync()).ShouldStartWith("HTTP/1.1 504");
    }
}
