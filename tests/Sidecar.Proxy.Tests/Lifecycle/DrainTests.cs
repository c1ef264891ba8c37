using System.Net;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Lifecycle;

public sealed class DrainTests
{
    // HTTP/2's frame types (RFC 9113, section 6).
    private const byte Data = 0, Headers = 1, Settings = 4, GoAway = 7;

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Readiness_falls_at_once_and_new_requests_are_served_for_the_delay()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await StartAsync(app.Url, "Sidecar:Lifecycle:DrainDelay=7s");
        using var idle = await sidecar.ConnectAsync();
        await idle.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        (await idle.ReadMessageAsync()).ShouldNotContain("Connection: close");

        var stopped = sidecar.StopAsync();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(7));

        (await sidecar.AdminAsync("/readyz")).ShouldBe((HttpStatusCode.ServiceUnavailable, "not ready: the sidecar is draining\n"));
        (await sidecar.AdminAsync("/livez")).ShouldBe((HttpStatusCode.OK, "ok\n"));
        (await sidecar.GetAsync()).ShouldEndWith("ok");
        await idle.SendAsync("GET /b HTTP/1.1\r\nHost: a\r\n\r\n");
        (await idle.ReadMessageAsync()).ShouldContain("Connection: close");
        (await idle.IsClosedByPeerAsync()).ShouldBeTrue();

        _time.Advance(TimeSpan.FromSeconds(7));
        await stopped;
        await sidecar.RefusesConnectionsAsync();
    }

    [Fact]
    public async Task A_request_in_flight_finishes_after_the_port_is_closed_and_the_admin_port_answers_until_then()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        var stopped = sidecar.StopAsync();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(20));

        await sidecar.RefusesConnectionsAsync();
        (await sidecar.AdminAsync("/readyz")).Body.ShouldBe("not ready: the sidecar is draining\n");
        stopped.IsCompleted.ShouldBeFalse();
        await connection.SendAsync(Answers.Ok);
        var answer = await client.ReadMessageAsync();
        answer.ShouldContain("Connection: close");
        answer.ShouldEndWith("ok");
        await stopped;
        (await sidecar.AccessLog.NextAsync()).ShouldContain("/slow");
    }

    [Theory]
    [InlineData("/drained")]
    [InlineData("//drained")] // as a kubelet before 1.26 asks
    public async Task Who_asks_whether_it_is_drained_is_answered_when_no_request_is_left(string path)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url);
        using var hook = await RawConnection.OpenAsync(sidecar.AdminPort);
        await hook.SendAsync($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        var drained = hook.ReadToEndAsync();
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        var stopped = sidecar.StopAsync();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(20));

        drained.IsCompleted.ShouldBeFalse();
        await connection.SendAsync(Answers.Ok);
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
        var answer = await drained;
        answer.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        answer.ShouldContain("drained\n");
        await stopped;
    }

    [Fact]
    public async Task An_upload_in_flight_finishes()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
        var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("hello");

        var stopped = sidecar.StopAsync();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(20));
        await client.SendAsync("world");

        await connection.ReadThroughAsync("world");
        await connection.SendAsync(Answers.Ok);
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
        await stopped;
    }

    [Fact]
    public async Task What_does_not_finish_is_cut_off_and_said_so()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, "Sidecar:Lifecycle:DrainTimeout=10s");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
        await (await app.AcceptedAsync()).ReadHeadAsync();

        var stopped = sidecar.StopAsync();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(8));
        _time.Advance(TimeSpan.FromSeconds(8));
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(0.5));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        await stopped;

        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        var logged = sidecar.Logs.Drain().Single(record => record is { Category: "Sidecar.Proxy.Lifecycle.Drain", Level: LogLevel.Warning });
        logged.Message.ShouldBe("1 connections cut off: their requests did not end within 8s of the drain's start");
        (await sidecar.AccessLog.NextAsync()).ShouldContain("/never");
    }

    [Fact]
    public async Task A_WebSocket_gets_a_close_frame_when_time_is_up_and_its_answer_reaches_the_app()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        var connection = await UpgradeAsync(client, app);
        await connection.SendAsync([0x81, 0x02, (byte)'h', (byte)'i']);
        (await client.ReadExactlyAsync(4)).ShouldEndWith("hi");

        var stopped = sidecar.StopAsync();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(20));
        await client.SendAsync([0x81, 0x82, 0, 0, 0, 0, (byte)'y', (byte)'o']);
        (await connection.ReadExactlyAsync(8)).ShouldEndWith("yo");
        stopped.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(20));

        (await client.ReadExactlyAsync(4)).ShouldBe("\u0088\u0002\u0003\u00e9");
        await client.SendAsync([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE9]);
        (await connection.ReadExactlyAsync(8)).ShouldStartWith("\u0088");
        connection.Dispose();
        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        await stopped;
    }

    [Fact]
    public async Task A_WebSocket_in_the_middle_of_a_frame_gets_nothing_that_would_be_taken_for_its_rest()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        var connection = await UpgradeAsync(client, app);
        await connection.SendAsync([0x81, 0x05, (byte)'h', (byte)'e']);
        await client.ReadExactlyAsync(4);

        var stopped = sidecar.StopAsync();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(20));
        _time.Advance(TimeSpan.FromSeconds(20));
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(1.25));
        _time.Advance(TimeSpan.FromSeconds(1.25));

        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        await stopped;
    }

    [Fact]
    public async Task An_HTTP2_connection_is_told_to_go_with_its_next_request()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await StartAsync(app.Url, "Sidecar:Lifecycle:DrainDelay=7s");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, Settings, 0, 0, 0, 0, 0]);
        // The server's own settings: the connection is HTTP/2's from here on.
        var settings = await client.ReadExactlyAsync(9);
        await client.ReadExactlyAsync((settings[1] << 8) | settings[2]);
        var stopped = sidecar.StopAsync();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(7));

        // GET http a /, by HPACK's static table; the headers and the stream end with this frame.
        await client.SendAsync([0, 0, 6, Headers, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x41, 0x01, (byte)'a']);

        // The answer and the goodbye, in whichever order; then the connection ends.
        var frames = FrameTypes(await client.ReadToEndAsync());
        frames.ShouldContain(Data);
        frames.ShouldContain(GoAway);
        _time.Advance(TimeSpan.FromSeconds(7));
        await stopped;
    }

    [Fact]
    public async Task A_connection_that_never_said_a_word_holds_nothing_up()
    {
        await using var sidecar = await StartAsync("http://127.0.0.1:1");
        using var silent = await sidecar.ConnectAsync();
        using var spoken = await sidecar.ConnectAsync();
        await spoken.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await spoken.ReadMessageAsync();

        await sidecar.StopAsync();

        (await silent.IsClosedByPeerAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task The_admin_port_begins_a_drain_too()
    {
        await using var sidecar = await StartAsync("http://127.0.0.1:1");

        (await sidecar.AdminAsync("/drain", HttpMethod.Post)).ShouldBe((HttpStatusCode.Accepted, "draining\n"));

        await sidecar.StoppedAsync();
    }

    private static List<byte> FrameTypes(string bytes)
    {
        var types = new List<byte>();
        for (var i = 0; i < bytes.Length; i += 9 + ((bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2]))
            types.Add((byte)bytes[i + 3]);
        return types;
    }

    private static async Task<RawConnection> UpgradeAsync(RawConnection client, ScriptedApp app)
    {
        await client.SendAsync("GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n");
        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 101");
        return connection;
    }

    private Task<RunningSidecar> StartAsync(string target, params string[] settings) =>
        RunningSidecar.StartAsync(target, _time.Drive, settings);
}
