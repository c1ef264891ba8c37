using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class Http2RoomTests
{
    [Fact]
    public async Task Who_waits_for_a_connection_waits_no_longer_than_the_request_may_take()
    {
        var taken = new TaskCompletionSource();
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            taken.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url,
            "Sidecar:Upstream:Protocol=http2",
            "Sidecar:Upstream:MaxConnections=1",
            "Sidecar:Upstream:ConnectTimeout=10m",
            "Sidecar:Routes:0:Name=quick",
            "Sidecar:Routes:0:Match:Path=/quick",
            "Sidecar:Routes:0:Resilience:Timeouts:Total=100ms");
        using var first = await sidecar.ConnectAsync();
        await first.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await taken.Task;

        (await sidecar.GetAsync("/quick")).ShouldStartWith("HTTP/1.1 504");
    }
}
