using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Tests.Wire;
using static Sidecar.Proxy.Tests.Server.Upload;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>Bodies that do not come to their end, and answers that do not wait for it.</summary>
public sealed class UploadEndTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task An_early_answer_reaches_the_client_while_it_still_sends()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();
        await connection.ReadThroughAsync("hello");

        await connection.SendAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nstop");

        (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nstop");
        (await connection.IsClosedByPeerAsync()).ShouldBeTrue();
        var record = await sidecar.RecordAsync();
        record["http.response.status_code"].ShouldBe(413);
        record.ContainsKey("error.type").ShouldBeFalse();
    }

    [Fact]
    public async Task An_app_that_answers_early_and_keeps_its_connection_gets_the_rest()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();
        await connection.SendAsync(Ok);
        (await client.ReadMessageAsync()).ShouldEndWith("ok");

        await client.SendAsync("world" + Post(2, "a"));

        (await connection.ReadExactlyAsync(10)).ShouldBe("helloworld");
        await connection.ReadUploadHeadAsync();
        app.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task Neither_the_app_nor_the_sidecar_waits_for_ever_for_a_body_that_has_its_answer()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, "Sidecar:Limits:MinRequestBytesPerSecond=0");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();
        await connection.ReadThroughAsync("hello");
        await connection.SendAsync(Ok);
        (await client.ReadMessageAsync()).ShouldEndWith("ok");

        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));
        (await connection.IsClosedByPeerAsync()).ShouldBeTrue();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));

        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        (await sidecar.RecordAsync()).ContainsKey("error.type").ShouldBeFalse();
    }

    [Fact]
    public async Task An_app_that_gives_up_half_way_is_a_502()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();
        await connection.ReadThroughAsync("hello");

        connection.Dispose();

        (await client.ReadMessageAsync()).ShouldContain("error=connection_terminated");
    }

    [Theory]
    [InlineData("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 413 Too Large\r\n\r\n")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("")]
    public async Task What_the_app_does_not_want_of_a_body_is_left_behind_and_the_next_request_found(string answer)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();
        await connection.ReadThroughAsync("hello");
        await connection.SendAsync(answer);
        connection.Dispose();
        await client.ReadHeadAsync();

        await client.SendAsync("world" + Post(1));

        await app.AcceptedUploadAsync();
    }

    [Fact]
    public async Task A_body_whose_app_is_not_there_is_left_behind()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}");
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(Post(10, "hello"));
            var answer = await client.ReadMessageAsync();
            answer.ShouldContain("error=connection_refused");
            await client.SendAsync("world");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_goes_half_way_takes_the_apps_request_with_it(bool resets)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();
        await connection.ReadThroughAsync("hello");

        if (resets)
            client.Reset();
        else
            client.Socket.Shutdown(SocketShutdown.Send);

        (await connection.IsClosedByPeerAsync()).ShouldBeTrue();
        var record = await sidecar.RecordAsync();
        record["error.type"].ShouldBe("client_disconnected");
        record["sidecar.ended_by"].ShouldBe("client");
        record["http.request.body.size"].ShouldBe(5L);
        record.ContainsKey("http.response.status_code").ShouldBeFalse();
    }

    [Fact]
    public async Task A_client_that_says_no_more_after_its_body_gets_its_answer()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, "Sidecar:Limits:HalfCloseTimeout=1234ms");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();

        await client.SendAsync("world");
        client.Socket.Shutdown(SocketShutdown.Send);
        await _time.SomebodyWaitsAsync(TimeSpan.FromMilliseconds(1234));
        await connection.ReadThroughAsync("helloworld");
        await connection.SendAsync(Ok);

        (await client.ReadToEndAsync()).ShouldEndWith("\r\n\r\nok");
    }

    [Fact]
    public async Task A_drain_lets_a_body_finish_and_ends_the_connection_with_its_answer()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();
        await connection.ReadThroughAsync("hello");

        var stopped = sidecar.StopAsync();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(20));
        await client.SendAsync("world");
        await connection.ReadThroughAsync("world");
        await connection.SendAsync(Ok);

        (await client.ReadMessageAsync()).ShouldContain("\r\nConnection: close\r\n");
        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        await stopped;
    }

    private Task<RunningSidecar> StartAsync(ScriptedApp app, params string[] settings) =>
        RunningSidecar.StartAsync(app.Url, builder => builder.Services.AddSingleton<TimeProvider>(_time), settings);
}
