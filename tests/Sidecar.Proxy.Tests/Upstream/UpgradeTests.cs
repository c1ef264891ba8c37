using System.Net.Sockets;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class UpgradeTests
{
    [Fact]
    public async Task A_tunnel_ends_at_the_app_when_its_client_leaves()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        await client.ReadHeadAsync();

        client.Socket.Shutdown(SocketShutdown.Send);

        await connection.EndsAsync();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["http.response.status_code"].ShouldBe(101);
    }

    [Theory]
    [InlineData("h2c")]
    [InlineData("websocket, H2C")]
    public async Task An_upgrade_to_HTTP_2_is_not_passed_on(string protocols)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var exchange = sidecar.GetAsync("/", "Connection: Upgrade, HTTP2-Settings", $"Upgrade: {protocols}", "HTTP2-Settings: AAMAAABkAARAAAAA");
        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        await connection.SendAsync(Answers.Ok);

        head.ShouldNotContain("Upgrade");
        head.ShouldNotContain("HTTP2-Settings");
        (await exchange).ShouldEndWith("ok");
    }

    [Fact]
    public async Task An_upgrade_becomes_a_tunnel_both_ways()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        head.ShouldContain("Upgrade: websocket");
        head.ShouldContain("Connection: Upgrade");
        head.ShouldContain("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

        await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nfirst");
        var answer = await client.ReadHeadAsync();
        answer.ShouldStartWith("HTTP/1.1 101 Switching Protocols");
        answer.ShouldContain("Upgrade: websocket");
        answer.ShouldContain("Sec-WebSocket-Accept: x");
        (await client.ReadExactlyAsync(5)).ShouldBe("first");
        await client.SendAsync("\u0001not http\n\0");
        (await connection.ReadExactlyAsync(11)).ShouldBe("\u0001not http\n\0");
        await connection.SendAsync("bye");
        (await client.ReadExactlyAsync(3)).ShouldBe("bye");
        connection.Dispose();

        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["http.response.status_code"].ShouldBe(101);
    }

    [Fact]
    public async Task An_upgrade_that_is_declined_leaves_the_connection_as_it_was()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }
}
