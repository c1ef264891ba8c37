using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>Nobody configures these times, so they fit what stands in front of a sidecar.</summary>
public sealed class IdleTimeTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private readonly ManualTime _time = new();

    /// <summary>A proxy that closes first resets a request that is on its way. Google Cloud's load balancers keep idle connections for 600 seconds, Amazon's and nginx for 60.</summary>
    [Fact]
    public async Task A_connection_outlives_the_ten_minutes_for_which_a_load_balancer_keeps_it()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Get);
        (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");

        await AdvanceAsync(TimeSpan.FromSeconds(605));

        await client.SendAsync(Get);
        (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nhello", "world")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "5\r\nworld\r\n0\r\n\r\n")]
    public async Task An_upload_that_pauses_for_a_minute_as_log_shippers_do_goes_on(string first, string second)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\n" + first);
        var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("hello");

        await AdvanceAsync(TimeSpan.FromSeconds(60));

        await client.SendAsync(second);
        await connection.ReadThroughAsync("world");
        await connection.SendAsync(Answers.Ok);
        (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");
    }

    private async Task AdvanceAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
