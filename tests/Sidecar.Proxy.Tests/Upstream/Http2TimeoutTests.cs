using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class Http2TimeoutTests
{
    private readonly ManualTime _time = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task An_app_that_does_not_answer_is_a_504()
    {
        await using var app = await KestrelApp.StartHttp2Async(NeverAsync);
        await using var sidecar = await StartAsync(app, "Sidecar:Upstream:ResponseTimeout=3s");
        var exchange = sidecar.GetAsync();
        await AskedAsync(TimeSpan.FromSeconds(3));

        _time.Advance(TimeSpan.FromSeconds(3));

        (await exchange).ShouldContain("Proxy-Status: sidecar; error=http_response_timeout");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.ended_by"].ShouldBe("sidecar");
    }

    [Fact]
    public async Task An_answer_may_take_longer_than_its_head_may()
    {
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            await context.Response.WriteAsync("start");
            await context.Response.Body.FlushAsync();
            await NeverAsync(context);
        });
        await using var sidecar = await StartAsync(app, "Sidecar:Upstream:ResponseTimeout=3s", "Sidecar:Upstream:IdleTimeout=9s");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadThroughAsync("start");

        _time.Advance(TimeSpan.FromSeconds(8));
        client.Socket.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead).ShouldBeFalse();
        // The client may have the start before the clock of what follows it runs.
        await Patience.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return client.Socket.Poll(TimeSpan.FromMilliseconds(1), SelectMode.SelectRead);
        });

        await client.EndsAsync();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["error.type"].ShouldBe("connection_read_timeout");
    }

    [Fact]
    public async Task A_request_may_have_a_deadline_for_all_of_it()
    {
        await using var app = await KestrelApp.StartHttp2Async(NeverAsync);
        await using var sidecar = await StartAsync(app, "Sidecar:Upstream:TotalTimeout=3s");
        var exchange = sidecar.GetAsync();
        await AskedAsync(TimeSpan.FromSeconds(3));

        _time.Advance(TimeSpan.FromSeconds(3));

        (await exchange).ShouldStartWith("HTTP/1.1 504");
    }

    [Fact]
    public async Task A_request_that_keeps_moving_is_not_cut_off()
    {
        await using var app = await KestrelApp.StartHttp2Async(EchoedPieces.AnswerAsync);
        await using var sidecar = await StartAsync(app, "Sidecar:Upstream:IdleTimeout=10s", "Sidecar:Upstream:ResponseTimeout=9s", "Sidecar:Limits:MinRequestBytesPerSecond=0");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        // Before that the connection is still opening, which has a time of its own.
        await client.ReadThroughAsync("first");

        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(8));
            await client.SendAsync("5\r\npiece\r\n");
            await client.ReadThroughAsync("piece");
        }

        _time.Advance(TimeSpan.FromSeconds(11));
        await client.EndsAsync();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["error.type"].ShouldBe("connection_read_timeout");
    }

    [Fact]
    public async Task More_requests_than_allowed_wait_and_then_get_a_503()
    {
        var answer = new TaskCompletionSource();
        await using var app = await KestrelApp.StartHttp2Async(_ =>
        {
            _asked.SetResult();
            return answer.Task;
        });
        await using var sidecar = await StartAsync(app, "Sidecar:Upstream:MaxConnections=1", "Sidecar:Upstream:ConnectTimeout=1s");
        var first = sidecar.GetAsync();
        await _asked.Task.WaitAsync(Patience.Token());

        (await sidecar.GetAsync()).ShouldContain("error=connection_limit_reached");
        answer.SetResult();
        (await first).ShouldStartWith("HTTP/1.1 200");
    }

    private async Task NeverAsync(HttpContext context)
    {
        _asked.TrySetResult();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The application has the request, and somebody waits for it.</summary>
    private async Task AskedAsync(TimeSpan limit)
    {
        await _asked.Task.WaitAsync(Patience.Token());
        await _time.SomebodyWaitsAsync(limit);
    }

    private Task<RunningSidecar> StartAsync(KestrelApp app, params string[] settings) => RunningSidecar.StartAsync(app.Url, _time.Drive, ["Sidecar:Upstream:Protocol=http2", .. settings]);
}
