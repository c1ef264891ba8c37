using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Forwarding;

public sealed class Http2UpstreamTests
{
    private const string Http2 = "Sidecar:Upstream:Protocol=http2";

    [Fact]
    public async Task The_record_names_the_address_that_answered()
    {
        await using var app = await KestrelApp.StartHttp2Async(context => context.Response.WriteAsync("ok"));
        await using var sidecar = await RunningSidecar.StartAsync(app.Url.Replace("127.0.0.1", "localhost"), Http2);

        for (var i = 0; i < 2; i++)
        {
            await sidecar.GetAsync();

            var record = await sidecar.Logs.NextAsync(AccessLog.Category);
            record.Attributes["sidecar.upstream.address"].ShouldBe("127.0.0.1");
            record.Attributes["sidecar.upstream.port"].ShouldBe(app.Port);
        }
    }

    [Fact]
    public async Task A_request_over_http2_to_the_app_is_recorded_with_its_bytes_and_first_byte_too()
    {
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.WriteAsync("good morning");
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:Protocol=http2", "Sidecar:AccessLog:Format=json");
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        await client.ReadThroughAsync("good morning");

        var record = JsonDocument.Parse(await sidecar.AccessLog.NextAsync()).RootElement;
        record.GetProperty("http.request.body.size").GetInt64().ShouldBe(5);
        record.GetProperty("http.response.body.size").GetInt64().ShouldBe(12);
        record.GetProperty("sidecar.time_to_first_byte").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Each_piece_of_an_upload_reaches_the_app_at_once()
    {
        await using var app = await KestrelApp.StartHttp2Async(EchoPiecesAsync);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");

        foreach (var piece in new[] { "one", "two", "three" })
        {
            await client.SendAsync($"{piece.Length:x}\r\n{piece}\r\n");
            await client.ReadThroughAsync(piece);
        }

        await client.SendAsync("0\r\n\r\n");
        await client.ReadThroughAsync("\r\n0\r\n\r\n");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["http.request.body.size"].ShouldBe(11L);
    }

    [Fact]
    public async Task An_app_that_does_not_answer_is_a_504()
    {
        await using var app = await KestrelApp.StartHttp2Async(Never);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2, "Sidecar:Upstream:ResponseTimeout=100ms");

        (await sidecar.GetAsync()).ShouldContain("Proxy-Status: sidecar; error=http_response_timeout");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.ended_by"].ShouldBe("sidecar");
    }

    [Fact]
    public async Task An_answer_may_take_longer_than_its_head_may()
    {
        await using var app = await KestrelApp.StartHttp2Async(StartThenAsync(Never));
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2, "Sidecar:Upstream:ResponseTimeout=500ms", "Sidecar:Upstream:IdleTimeout=1s");
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        await client.ReadThroughAsync("start");
        await client.EndsAsync();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["error.type"].ShouldBe("connection_read_timeout");
    }

    [Fact]
    public async Task A_request_may_have_a_deadline_for_all_of_it()
    {
        await using var app = await KestrelApp.StartHttp2Async(Never);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2, "Sidecar:Upstream:TotalTimeout=100ms");

        (await sidecar.GetAsync()).ShouldStartWith("HTTP/1.1 504");
    }

    [Fact]
    public async Task A_request_that_keeps_moving_is_not_cut_off()
    {
        await using var app = await KestrelApp.StartHttp2Async(EchoPiecesAsync);
        var time = new ManualTime();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, time.Drive, Http2, "Sidecar:Upstream:IdleTimeout=10s", "Sidecar:Upstream:ResponseTimeout=9s");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        // Before that the connection is still opening, which has a time of its own.
        await client.ReadThroughAsync("first");

        for (var i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(8));
            await client.SendAsync("5\r\npiece\r\n");
            await client.ReadThroughAsync("piece");
        }

        time.Advance(TimeSpan.FromSeconds(11));
        await client.EndsAsync();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["error.type"].ShouldBe("connection_read_timeout");
    }

    [Fact]
    public async Task A_refusal_in_place_of_continue_keeps_the_body_at_the_client()
    {
        await using var app = await KestrelApp.StartHttp2Async(context =>
        {
            context.Response.StatusCode = context.Request.Headers.Expect == "100-continue" ? StatusCodes.Status417ExpectationFailed : StatusCodes.Status200OK;
            return Task.CompletedTask;
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2, "Sidecar:Upstream:ContinueTimeout=1m");
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");

        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 417");
    }

    [Fact]
    public async Task Continue_is_the_apps_to_give()
    {
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(await body.ReadToEndAsync());
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2, "Sidecar:Upstream:ContinueTimeout=1m");
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        (await client.ReadHeadAsync()).ShouldBe("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("hello");

        (await client.ReadThroughAsync("hello")).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task A_WebSocket_of_HTTP_1_reaches_an_app_that_speaks_HTTP_2()
    {
        await using var app = await KestrelApp.StartHttp2Async(EchoAsync);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2);
        using var socket = new ClientWebSocket();

        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{sidecar.Port}/ws?a=%20"), Patience.Token());

        await ShouldEchoAsync(socket, sidecar);
    }

    [Fact]
    public async Task A_WebSocket_of_HTTP_2_reaches_an_app_that_speaks_HTTP_2()
    {
        await using var app = await KestrelApp.StartHttp2Async(EchoAsync);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());

        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{sidecar.Port}/ws?a=%20"), invoker, Patience.Token());

        await ShouldEchoAsync(socket, sidecar);
    }

    [Fact]
    public async Task A_WebSocket_to_an_app_whose_HTTP_2_has_none_is_a_502_in_one_line()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2);
        var exchange = sidecar.GetAsync("/ws", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13");
        var connection = await app.AcceptedAsync();

        await connection.SendAsync(Http2Frames.NoSettings);

        (await exchange).ShouldContain("Proxy-Status: sidecar; error=http_protocol_error");
        var failure = await sidecar.Logs.NextAsync(typeof(FailureLog).FullName!);
        failure.Level.ShouldBe(LogLevel.Warning);
        failure.Message.ShouldEndWith("http_protocol_error, the application's HTTP/2 has no WebSockets (RFC 8441)");
    }

    [Fact]
    public async Task An_upgrade_that_HTTP_2_does_not_have_is_left_out()
    {
        await using var app = await KestrelApp.StartHttp2Async(context => context.Response.WriteAsync($"{context.Request.Protocol} {context.Request.Headers.Upgrade}."));
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");

        await client.ReadThroughAsync("HTTP/2 .");
    }

    [Fact]
    public async Task A_head_larger_than_allowed_is_a_502()
    {
        await using var app = await KestrelApp.StartHttp2Async(context =>
        {
            context.Response.Headers["X"] = new string('a', 9000);
            return Task.CompletedTask;
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2, "Sidecar:Upstream:MaxResponseHeadBytes=4096");

        (await sidecar.GetAsync()).ShouldContain("error=http_response_header_section_size");
    }

    [Fact]
    public async Task More_requests_than_allowed_wait_and_then_get_a_503()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var app = await KestrelApp.StartHttp2Async(context =>
        {
            asked.SetResult();
            return answer.Task;
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2, "Sidecar:Upstream:MaxConnections=1", "Sidecar:Upstream:ConnectTimeout=100ms");
        var first = sidecar.GetAsync();
        await asked.Task;

        (await sidecar.GetAsync()).ShouldContain("error=connection_limit_reached");
        answer.SetResult();
        (await first).ShouldStartWith("HTTP/1.1 200");
    }

    private static async Task ShouldEchoAsync(ClientWebSocket socket, RunningSidecar sidecar)
    {
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Patience.Token());
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, Patience.Token());
        Encoding.UTF8.GetString(buffer, 0, received.Count).ShouldBe("/ws?a=%20 hello");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Patience.Token());
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["sidecar.upgraded"].ShouldBe(true);
        record.Attributes.ContainsKey("error.type").ShouldBeFalse();
        ((long)record.Attributes["http.request.body.size"]!).ShouldBeGreaterThan(5);
        ((long)record.Attributes["http.response.body.size"]!).ShouldBeGreaterThan(15);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
        var text = $"{context.Request.Path}{context.Request.QueryString} {Encoding.UTF8.GetString(buffer, 0, received.Count)}";
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, context.RequestAborted);
        await socket.ReceiveAsync(buffer, context.RequestAborted);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", context.RequestAborted);
    }

    private static async Task Never(HttpContext context) => await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static RequestDelegate StartThenAsync(RequestDelegate next) => async context =>
    {
        await context.Response.WriteAsync("start");
        await context.Response.Body.FlushAsync();
        await next(context);
    };

    private static async Task EchoPiecesAsync(HttpContext context)
    {
        while (await context.Request.BodyReader.ReadAsync() is { IsCompleted: false } read)
        {
            foreach (var piece in read.Buffer)
                await context.Response.Body.WriteAsync(piece);
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            await context.Response.Body.FlushAsync();
        }
    }
}
