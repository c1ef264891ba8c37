using System.Net.Sockets;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Forwarding.Http1;

public sealed class Http1ExchangeTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public async Task An_early_answer_reaches_the_client_while_it_still_sends()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nstart");
        var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("start");

        await connection.SendAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nstop");

        (await client.ReadMessageAsync()).ShouldEndWith("stop");
    }

    [Fact]
    public async Task Answer_and_upload_run_side_by_side()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("one\r\n");
        await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        await client.ReadThroughAsync("one\r\n");

        await client.SendAsync("3\r\ntwo\r\n0\r\n\r\n");
        await connection.ReadThroughAsync("two\r\n0\r\n\r\n");
        await connection.SendAsync("3\r\ntwo\r\n0\r\n\r\n");

        (await client.ReadThroughAsync("\r\n0\r\n\r\n")).ShouldBe("3\r\ntwo\r\n0\r\n\r\n");
    }

    [Fact]
    public async Task Trailers_pass_both_ways()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n");
        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldContain("Trailer: X-Sum");
        (await connection.ReadThroughAsync("\r\n\r\n")).ShouldBe("2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n");

        await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Back\r\n\r\n2\r\nho\r\n0\r\nX-Back: 8\r\n\r\n");

        (await client.ReadHeadAsync()).ShouldContain("Trailer: X-Back");
        (await client.ReadThroughAsync("\r\n\r\n")).ShouldBe("2\r\nho\r\n0\r\nX-Back: 8\r\n\r\n");
    }

    [Fact]
    public async Task Trailers_that_frame_or_route_stay_behind()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nContent-Length: 9\r\nHost: b\r\nX-Forwarded-For: 6.6.6.6\r\nX-Sum: 7\r\n\r\n");

        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        (await connection.ReadThroughAsync("\r\n\r\n")).ShouldBe("2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n");
    }

    [Fact]
    public async Task Continue_is_the_apps_to_give()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:ContinueTimeout=1m");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldContain("Expect: 100-continue");

        await connection.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        (await client.ReadHeadAsync()).ShouldBe("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("hello");
        (await connection.ReadExactlyAsync(5)).ShouldBe("hello");
        await connection.SendAsync(Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_refusal_in_place_of_continue_keeps_the_body_at_the_client()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:ContinueTimeout=1m");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        await connection.SendAsync("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno");

        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 417");
    }

    [Fact]
    public async Task Interim_answers_are_not_the_answer()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        (await sidecar.GetAsync()).ShouldStartWith("HTTP/1.1 200");
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "204")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\nETag: \"a\"\r\n\r\n", "304")]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200")]
    [InlineData("HTTP/1.1 299 Odd but fine\r\nContent-Length: 0\r\n\r\n", "299 Odd but fine")]
    public async Task Answers_without_a_body_end_at_their_head(string answer, string status)
    {
        await using var app = ScriptedApp.Answering(answer);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            (await client.ReadHeadAsync()).ShouldStartWith($"HTTP/1.1 {status}");
        }

        app.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task The_answer_to_head_has_a_length_and_no_body()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            (await client.ReadHeadAsync()).ShouldContain("Content-Length: 1234");
        }
    }

    [Fact]
    public async Task An_answer_that_ends_with_its_connection_is_complete()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        using (var connection = await app.AcceptedAsync())
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.0 200 OK\r\n\r\nall of it");
        }

        (await client.ReadThroughAsync("\r\n0\r\n\r\n")).ShouldContain("all of it");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX : 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("ICY 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")]
    public async Task An_ambiguous_answer_is_a_502(string answer)
    {
        await using var app = ScriptedApp.Answering(answer);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        var given = await sidecar.GetAsync();

        given.ShouldStartWith("HTTP/1.1 502");
        given.ShouldContain("Proxy-Status: sidecar; error=http_protocol_error");
    }

    [Fact]
    public async Task A_head_larger_than_allowed_is_a_502()
    {
        await using var app = ScriptedApp.Answering($"HTTP/1.1 200 OK\r\nX: {new string('a', 5000)}\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:MaxResponseHeadBytes=4096");

        (await sidecar.GetAsync()).ShouldContain("error=http_response_header_section_size");
    }

    [Fact]
    public async Task The_app_learns_at_once_that_its_client_is_gone()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        client.Reset();

        (await connection.IsClosedByPeerAsync()).ShouldBeTrue();
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["error.type"].ShouldBe("client_disconnected");
        record.Attributes.ContainsKey("http.response.status_code").ShouldBeFalse();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")]
    public async Task A_client_that_closes_its_half_is_taken_for_gone(string request)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(request);
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        client.Socket.Shutdown(SocketShutdown.Send);

        await connection.EndsAsync();
        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["error.type"].ShouldBe("client_disconnected");
    }

    [Fact]
    public async Task A_tunnel_ends_at_the_app_when_its_client_leaves()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        await client.ReadHeadAsync();

        client.Socket.Shutdown(SocketShutdown.Send);

        await connection.EndsAsync();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["http.response.status_code"].ShouldBe(101);
    }

    [Theory]
    [InlineData("h2c")]
    [InlineData("websocket, H2C")]
    public async Task An_upgrade_to_HTTP_2_is_not_passed_on(string protocols)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var exchange = sidecar.GetAsync("/", "Connection: Upgrade, HTTP2-Settings", $"Upgrade: {protocols}", "HTTP2-Settings: AAMAAABkAARAAAAA");
        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        await connection.SendAsync(Ok);

        head.ShouldNotContain("Upgrade");
        head.ShouldNotContain("HTTP2-Settings");
        (await exchange).ShouldEndWith("ok");
    }

    [Fact]
    public async Task Connections_are_used_again()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        for (var i = 0; i < 5; i++)
            (await sidecar.GetAsync()).ShouldEndWith("ok");

        app.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_that_the_app_closed_is_replaced_unseen()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var first = sidecar.GetAsync();
        using (var connection = await app.AcceptedAsync())
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Ok);
            await first;
        }

        var second = sidecar.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
        var other = await app.AcceptedAsync();
        await other.ReadMessageAsync();
        await other.SendAsync(Ok);

        (await second).ShouldEndWith("ok");
    }

    [Fact]
    public async Task An_answer_with_close_is_the_last_on_its_connection()
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadMessageAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        await sidecar.GetAsync();
        await sidecar.GetAsync();

        app.Accepted.ShouldBe(2);
    }

    [Fact]
    public async Task An_answer_that_stops_is_given_up()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:IdleTimeout=100ms");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");

        (await client.ReadThroughAsync("hello")).ShouldStartWith("HTTP/1.1 200");
        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["error.type"].ShouldBe("connection_read_timeout");
    }

    [Fact]
    public async Task A_request_may_have_a_deadline_for_all_of_it()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:TotalTimeout=100ms");

        (await sidecar.GetAsync()).ShouldStartWith("HTTP/1.1 504");
    }

    [Fact]
    public async Task More_requests_than_connections_wait_and_then_get_a_503()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:MaxConnections=1", "Sidecar:Upstream:ConnectTimeout=100ms");
        var first = sidecar.GetAsync();
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        (await sidecar.GetAsync()).ShouldContain("error=connection_limit_reached");
        await connection.SendAsync(Ok);
        (await first).ShouldEndWith("ok");
    }

    [Fact]
    public async Task An_upgrade_becomes_a_tunnel_both_ways()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        head.ShouldContain("Upgrade: websocket");
        head.ShouldContain("Connection: Upgrade");
        head.ShouldContain("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

        await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nfirst");
        var answer = await client.ReadHeadAsync();
        answer.ShouldStartWith("HTTP/1.1 101 Switching Protocols");
        answer.ShouldContain("Upgrade: websocket");
        answer.ShouldContain("Sec-WebSocket-Accept: x");
        (await client.ReadExactlyAsync(5)).ShouldBe("first");
        await client.SendAsync("\u0001not http\n\0");
        (await connection.ReadExactlyAsync(11)).ShouldBe("\u0001not http\n\0");
        await connection.SendAsync("bye");
        (await client.ReadExactlyAsync(3)).ShouldBe("bye");
        connection.Dispose();

        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["http.response.status_code"].ShouldBe(101);
    }

    [Fact]
    public async Task An_upgrade_that_is_declined_leaves_the_connection_as_it_was()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_client_of_HTTP_1_0_gets_an_answer_it_understands()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.0\r\n\r\n");

        (await client.ReadToEndAsync()).ShouldEndWith("\r\n\r\nok");
    }

    [Fact]
    public async Task Header_values_pass_byte_for_byte()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var exchange = sidecar.GetAsync("/", "X-Name: K\u00f6ln \u00ff");

        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldContain("X-Name: K\u00f6ln \u00ff");
        await connection.SendAsync("HTTP/1.1 200 OK\r\nx-back: K\u00f6ln\r\nContent-Length: 0\r\n\r\n");

        (await exchange).ShouldContain("\r\nx-back: K\u00f6ln\r\n");
    }
}
