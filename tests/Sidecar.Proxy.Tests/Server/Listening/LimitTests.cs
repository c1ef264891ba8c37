using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Listening;

public sealed class LimitTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public async Task One_connection_too_many_waits_for_another_to_leave_and_the_admin_port_still_answers()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:MaxConnections=1");
        using var metrics = new RecordedMetrics(sidecar);
        using var first = await sidecar.ConnectAsync();
        await first.SendAsync(Get);
        await first.ReadMessageAsync();
        using var second = await sidecar.ConnectAsync();
        await second.SendAsync(Get);

        (await sidecar.Logs.NextAsync(typeof(ConnectionAdmission).FullName!)).Message.ShouldStartWith("New connections wait: 1 of 1 are open");
        (await sidecar.AdminAsync("/livez")).Status.ShouldBe(System.Net.HttpStatusCode.OK);
        first.Dispose();

        (await second.ReadMessageAsync()).ShouldEndWith("ok");
        metrics["sidecar.connections.open"].ShouldBe(1);
        metrics["sidecar.connections.limit"].ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_makes_room_for_one_that_waits()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:MaxConnections=1");
        using var idle = await sidecar.ConnectAsync();
        await idle.SendAsync(Get);
        await idle.ReadMessageAsync();
        using var other = await sidecar.ConnectAsync();
        await other.SendAsync(Get);

        (await other.ReadMessageAsync()).ShouldEndWith("ok");
        (await idle.IsClosedByPeerAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task The_newest_connection_to_the_admin_port_is_let_in_however_many_are_open()
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1");
        var silent = new List<RawConnection>();
        for (var i = 0; i < 40; i++)
            silent.Add(await RawConnection.OpenAsync(sidecar.AdminPort));

        (await sidecar.AdminAsync("/livez")).Status.ShouldBe(System.Net.HttpStatusCode.OK);

        silent.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task Connections_to_all_targets_together_are_bounded_and_an_idle_one_makes_room()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var other = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:MaxUpstreamConnections=1", $"Sidecar:Clusters:other:Targets={other.Url}", "Sidecar:Routes:0:Name=other", "Sidecar:Routes:0:Match:PathPrefix=/other", "Sidecar:Routes:0:Cluster=other");

        for (var i = 0; i < 3; i++)
        {
            (await sidecar.GetAsync("/")).ShouldEndWith("ok");
            (await sidecar.GetAsync("/other")).ShouldEndWith("ok");
        }

        (app.Accepted, other.Accepted).ShouldBe((3, 3));
    }

    [Fact]
    public async Task A_request_that_finds_no_connection_to_any_target_waits_and_then_gets_a_503()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:MaxUpstreamConnections=1", "Sidecar:Upstream:ConnectTimeout=50ms");
        var first = sidecar.GetAsync();
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        (await sidecar.GetAsync()).ShouldContain("Proxy-Status: sidecar; error=connection_limit_reached");

        await connection.SendAsync(Answers.Ok);
        (await first).ShouldEndWith("ok");
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: trailers\r\n\r\n")] // Not the direct way.
    public async Task A_connection_without_a_request_is_closed_in_time(string before)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:KeepAliveTimeout=1s");
        using var client = await sidecar.ConnectAsync();
        if (before.Length > 0)
        {
            await client.SendAsync(before);
            (await client.ReadMessageAsync()).ShouldEndWith("ok");
        }

        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task One_stream_too_many_is_refused_and_the_others_go_on()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:MaxStreamsPerConnection=1");
        using var client = await sidecar.ConnectAsync();
        (string, string)[] get = [(":method", "GET"), (":path", "/"), (":scheme", "http"), (":authority", "a")];
        await client.SendAsync([.. Http2Frames.Preface, .. Http2Frames.Fields(1, ends: true, get)]);
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        await client.SendAsync(Http2Frames.Fields(3, ends: true, get));

        var refused = await Http2Frames.ReadAsync(client, Http2Frames.Reset);
        refused.Stream.ShouldBe(3);
        BinaryPrimitives.ReadInt32BigEndian(refused.Payload).ShouldBe(7, "REFUSED_STREAM, which a client may try again");
        await connection.SendAsync(Answers.Ok);
        var data = await Http2Frames.ReadAsync(client, Http2Frames.Data);
        data.Stream.ShouldBe(1);
        Encoding.ASCII.GetString(data.Payload).ShouldBe("ok");
    }

    [Theory]
    [InlineData("")]
    [InlineData("TE: trailers\r\n")]
    public async Task A_body_that_only_drips_in_is_a_408_and_the_app_is_told(string header)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:BodyTimeout=2s");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a\r\n{header}Content-Length: 10\r\n\r\nx");
        var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("\r\n\r\nx");

        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 408");

        (await connection.IsClosedByPeerAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_answer_is_cut_off()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:MinResponseBytesPerSecond=1000000000");
        using var client = await sidecar.ConnectAsync();
        client.Socket.ReceiveBufferSize = 4096;
        await client.SendAsync(Get);
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");

        var sent = 0;
        await Should.ThrowAsync<SocketException>(async () =>
        {
            for (var megabyte = new byte[1024 * 1024]; sent < 1000; sent++)
                await connection.SendAsync(megabyte);
        });

        // What waits for the client waits with the app, and not here.
        sent.ShouldBeLessThan(64);
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["error.type"].ShouldBe("client_disconnected");
    }
}
