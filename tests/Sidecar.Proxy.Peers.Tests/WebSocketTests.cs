using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Peers.Tests;

public sealed class WebSocketTests
{
    private const string Opened = "open /chat?room=1 v2 permessage-deflate";

    [Fact]
    public Task Messages_small_and_large_come_back_as_they_were() =>
        PassesAsync("echo", client: ["text hällo", "same bytes", "close 4000 done"], server: [Opened, "close 4000 done"]);

    [Fact]
    public Task Pings_are_the_peers_own() =>
        PassesAsync("ping", client: ["pong are you there", "close 1000 "], server: [Opened, "ping are you there", "close 1000 "]);

    [Fact]
    public Task The_apps_reason_to_close_reaches_the_client() =>
        PassesAsync("leave", client: ["close 4001 as you wish"], server: [Opened, "close 4001 as you wish"]);

    [Fact]
    public Task The_app_learns_of_a_client_that_vanished() =>
        PassesAsync("vanish", client: ["close 1006 "], server: [Opened, "close 1006 "]);

    private static async Task PassesAsync(string name, string[] client, string[] server)
    {
        var (app, url) = await PeerProcess.ServeAsync("ws-server.js");
        using var _ = app;
        await using var sidecar = await RunningSidecar.StartAsync(url);

        (await PeerProcess.CallAsync("ws-client.js", sidecar.Port, name)).ShouldBe(client);

        foreach (var line in server)
            (await app.NextAsync()).ShouldBe(line);
    }
}
