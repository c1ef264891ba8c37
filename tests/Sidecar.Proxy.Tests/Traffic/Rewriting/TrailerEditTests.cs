using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Traffic.Rewriting;

public sealed class TrailerEditTests
{
    [Fact]
    public async Task What_a_route_takes_away_or_sets_does_not_come_in_as_a_trailer()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await Routes.OfAsync(app, "RequestHeaders:Remove=X-Secret", "RequestHeaders:Set:X-Stage=canary");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Secret: 1\r\nx-stage: mine\r\nX-Sum: 2\r\n\r\n");

        using var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldContain("\r\nX-Stage: canary\r\n");
        (await connection.ReadThroughAsync("\r\n\r\n")).ShouldBe("1\r\na\r\n0\r\nX-Sum: 2\r\n\r\n");
    }
}
