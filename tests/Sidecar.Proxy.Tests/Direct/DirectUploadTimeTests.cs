using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Tests.Wire;
using static Sidecar.Proxy.Tests.Direct.Upload;

namespace Sidecar.Proxy.Tests.Direct;

/// <summary>How long a body may take, and how long its answer.</summary>
public sealed class DirectUploadTimeTests
{
    // A timer of the direct way is set a millisecond later than it is due.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5.001);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_body_that_only_drips_in_is_a_408_and_the_app_is_told()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(direct: true, 10));
        var connection = await app.AcceptedAsync(direct: true);
        await _time.SomebodyWaitsAsync(Grace);
        _time.Advance(TimeSpan.FromSeconds(3));
        await client.SendAsync("x");
        await connection.ReadThroughAsync("x");

        // The two seconds that are left begin with the next read, which nobody tells of.
        var left = TimeSpan.FromSeconds(2.001);
        var answer = client.ReadMessageAsync();
        _time.Advance(left);
        await Task.WhenAny(answer, _time.SomebodyWaitsAsync(left));
        _time.Advance(left);

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
        await client.SendAsync(Post(direct: true, 2401));
        var connection = await app.AcceptedAsync(direct: true);
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
        await client.SendAsync(Post(direct: true, 10, "hello"));
        var connection = await app.AcceptedAsync(direct: true);
        await _time.SomebodyWaitsAsync(Grace);
        await client.SendAsync("world");
        await connection.ReadThroughAsync("world");

        _time.Advance(TimeSpan.FromSeconds(30));
        await connection.SendAsync(Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_stops_coming_is_given_up(bool direct)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:IdleTimeout=1s");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(direct, 10, "hello"));
        var connection = await app.AcceptedAsync(direct);

        (await client.ReadMessageAsync()).ShouldContain("error=http_response_timeout");

        await connection.EndsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_does_not_stop_the_time_that_all_of_it_may_take(bool direct)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:TotalTimeout=1s");
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(Post(direct, 10, "hello"));
        await app.AcceptedAsync(direct);

        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 504");
    }

    [Theory]
    [InlineData(true, 3.001)]
    [InlineData(false, 3)]
    public async Task The_app_has_its_time_to_answer_from_the_last_byte_on(bool direct, double due)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, "Sidecar:Upstream:ResponseTimeout=3s", "Sidecar:Limits:MinRequestBytesPerSecond=0");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(direct, 10, "hello"));
        var connection = await app.AcceptedAsync(direct);
        await connection.ReadThroughAsync("hello");

        _time.Advance(TimeSpan.FromSeconds(60));
        await client.SendAsync("world");
        await connection.ReadThroughAsync("world");
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(due));
        _time.Advance(TimeSpan.FromSeconds(due));

        (await client.ReadMessageAsync()).ShouldContain("error=http_response_timeout");
        (await connection.IsClosedByPeerAsync()).ShouldBeTrue();
    }

    private Task<RunningSidecar> StartAsync(ScriptedApp app, params string[] settings) =>
        RunningSidecar.StartAsync(app.Url, builder => builder.Services.AddSingleton<TimeProvider>(_time), settings);
}
