using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Tests.Wire;
using static Sidecar.Proxy.Tests.Server.Upload;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>How long a body may take, and how long its answer.</summary>
public sealed class UploadTimeTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_body_that_only_drips_in_is_a_408_and_the_app_is_told()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10));
        var connection = await app.AcceptedUploadAsync();
        await _time.SomebodyWaitsAsync(Grace);
        _time.Advance(TimeSpan.FromSeconds(3));
        await client.SendAsync("x");
        await connection.ReadThroughAsync("x");

        // The next pause begins with the next read, which nobody tells of.
        var answer = client.ReadMessageAsync();
        while (!answer.IsCompleted)
        {
            _time.Advance(Grace);
            await Task.WhenAny(answer, Task.Delay(10, TestContext.Current.CancellationToken));
        }

        (await answer).ShouldStartWith("HTTP/1.1 408");
        (await answer).ShouldContain("\r\nConnection: close\r\n");
        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        (await connection.IsClosedByPeerAsync()).ShouldBeTrue();
        var record = await sidecar.RecordAsync();
        record["http.response.status_code"].ShouldBe(408);
        record["error.type"].ShouldBe("http_request_error");
        record["sidecar.ended_by"].ShouldBe("sidecar");
    }

    [Fact]
    public async Task A_body_that_comes_fast_enough_may_take_long()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(2401));
        var connection = await app.AcceptedUploadAsync();
        await _time.SomebodyWaitsAsync(Grace);
        _time.Advance(TimeSpan.FromSeconds(4));
        await client.SendAsync(new string('x', 2400));
        await connection.ReadExactlyAsync(2400);

        // 10 seconds' worth of bytes.
        _time.Advance(TimeSpan.FromSeconds(5));
        await client.SendAsync("y");

        await connection.ReadThroughAsync("y");
        await connection.SendAsync(Ok);
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task An_app_that_takes_its_time_does_not_make_the_client_slow()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();
        await _time.SomebodyWaitsAsync(Grace);
        await client.SendAsync("world");
        await connection.ReadThroughAsync("world");

        _time.Advance(TimeSpan.FromSeconds(30));
        await connection.SendAsync(Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_body_that_stops_coming_is_given_up()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:IdleTimeout=1s");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();

        (await client.ReadMessageAsync()).ShouldContain("error=http_response_timeout");

        await connection.EndsAsync();
    }

    [Fact]
    public async Task A_body_does_not_stop_the_time_that_all_of_it_may_take()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:TotalTimeout=1s");
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(Post(10, "hello"));
        await app.AcceptedUploadAsync();

        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 504");
    }

    [Fact]
    public async Task The_app_has_its_time_to_answer_from_the_last_byte_on()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, "Sidecar:Upstream:ResponseTimeout=3s", "Sidecar:Limits:MinRequestBytesPerSecond=0");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();
        await connection.ReadThroughAsync("hello");

        _time.Advance(TimeSpan.FromSeconds(60));
        await client.SendAsync("world");
        await connection.ReadThroughAsync("world");
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(3));
        _time.Advance(TimeSpan.FromSeconds(3));

        (await client.ReadMessageAsync()).ShouldContain("error=http_response_timeout");
        (await connection.IsClosedByPeerAsync()).ShouldBeTrue();
    }

    private Task<RunningSidecar> StartAsync(ScriptedApp app, params string[] settings) =>
        RunningSidecar.StartAsync(app.Url, builder => builder.Services.AddSingleton<TimeProvider>(_time), ["Sidecar:Limits:BodyTimeout=5s", .. settings]);
}
