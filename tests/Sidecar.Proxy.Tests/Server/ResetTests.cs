using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

public sealed class ResetTests
{
    [Theory]
    [InlineData("")]
    [InlineData("TE: trailers\r\n")]
    public async Task A_client_that_resets_an_idle_connection_is_nothing_to_tell_of(string header)
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: a\r\n{header}\r\n");
        await client.ReadMessageAsync();

        client.Reset();
        // Ends when all connections have.
        await sidecar.StopAsync();

        sidecar.Logs.Drain().Where(record => record.Level >= LogLevel.Warning).ShouldBeEmpty();
    }
}
