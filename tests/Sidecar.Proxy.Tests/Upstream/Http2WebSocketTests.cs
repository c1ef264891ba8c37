using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class Http2WebSocketTests
{
    private const string Http2 = "Sidecar:Upstream:Protocol=http2";

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
}
