using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Listening;

public sealed class Http2Tests
{
    [Fact]
    public async Task One_cleartext_port_speaks_both_versions()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var response = await SendAsync(sidecar.Url, version);
            response.Version.ShouldBe(version);
            (await response.Content.ReadAsStringAsync(Patience.Token())).ShouldBe("ok");
        }
    }

    [Fact]
    public async Task Trailers_of_an_HTTP_1_app_reach_a_client_of_HTTP_2()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        using var response = await SendAsync(sidecar.Url, HttpVersion.Version20);

        (await response.Content.ReadAsStringAsync(Patience.Token())).ShouldBe("ok");
        response.TrailingHeaders.GetValues("X-Sum").ShouldBe(["7"]);
    }

    [Fact]
    public async Task Server_sent_events_reach_a_client_of_HTTP_2_one_by_one()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, sidecar.Url) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var sending = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Patience.Token());
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");

        using var response = await sending;
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(Patience.Token()));
        foreach (var number in Enumerable.Range(1, 3))
        {
            await connection.SendAsync($"8\r\ndata: {number}\n\r\n");
            (await events.ReadLineAsync(Patience.Token())).ShouldBe($"data: {number}");
        }

        await connection.SendAsync("0\r\n\r\n");
        (await events.ReadLineAsync(Patience.Token())).ShouldBeNull();
    }

    [Fact]
    public async Task TLS_offers_both_versions_and_follows_its_files()
    {
        using var files = new CertificateFiles();
        files.Write("first");
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, $"Sidecar:Listener:Tls:CertificateFile={files.Certificate}", $"Sidecar:Listener:Tls:KeyFile={files.Key}");

        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            var (response, subject) = await SendSecurelyAsync(sidecar.Port, version);
            using var _ = response;
            response.Version.ShouldBe(version);
            (await response.Content.ReadAsStringAsync(Patience.Token())).ShouldBe("ok");
            subject.ShouldBe("CN=first");
        }

        files.Write("second");

        var patience = Patience.Token();
        string renewed;
        do
        {
            patience.ThrowIfCancellationRequested();
            (var response, renewed) = await SendSecurelyAsync(sidecar.Port, HttpVersion.Version20);
            response.Dispose();
        }
        while (renewed == "CN=first");

        renewed.ShouldBe("CN=second");
    }

    [Fact]
    public async Task A_WebSocket_over_HTTP_2_reaches_an_app_that_speaks_HTTP_1()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        var connecting = socket.ConnectAsync(new Uri($"ws://127.0.0.1:{sidecar.Port}/ws"), invoker, Patience.Token());
        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        head.ShouldStartWith("GET /ws HTTP/1.1\r\n");
        var key = head.Split("\r\n").Single(line => line.StartsWith("Sec-WebSocket-Key: ", StringComparison.Ordinal))["Sec-WebSocket-Key: ".Length..];

        await connection.SendAsync($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {Accept(key)}\r\n\r\n");
        await connecting;
        await connection.SendAsync("\u0081\u0002hi");
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, Patience.Token());

        Encoding.UTF8.GetString(buffer, 0, received.Count).ShouldBe("hi");
    }

    [Fact]
    public async Task GRPC_shaped_calls_pass_with_HTTP_2_on_both_sides()
    {
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Request.Body.CopyToAsync(context.Response.Body);
            context.Response.AppendTrailer("grpc-status", context.Request.Headers.TE == "trailers" ? "0" : "2");
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:Protocol=http2");
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var request = new HttpRequestMessage(HttpMethod.Post, sidecar.Url + "/echo.Echo/Say") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TE.ParseAdd("trailers");
        request.Content = new ByteArrayContent([0, 0, 0, 0, 2, 8, 1]);
        request.Content.Headers.ContentType = new("application/grpc");

        using var response = await http.SendAsync(request, Patience.Token());

        (await response.Content.ReadAsByteArrayAsync(Patience.Token())).ShouldBe([0, 0, 0, 0, 2, 8, 1]);
        response.TrailingHeaders.GetValues("grpc-status").ShouldBe(["0"]);
    }

    [Fact]
    public async Task An_https_app_is_checked_against_the_authority_that_is_configured()
    {
        using var files = new CertificateFiles();
        using var certificate = files.Write("localhost");
        await using var app = await KestrelApp.StartHttpsAsync(certificate, context => context.Response.WriteAsync("secure"));
        var target = $"https://localhost:{app.Port}";

        await using var trusting = await RunningSidecar.StartAsync(target, $"Sidecar:Upstream:CaFile={files.Certificate}");
        await using var doubting = await RunningSidecar.StartAsync(target);

        using (var response = await SendAsync(trusting.Url, HttpVersion.Version11))
            (await response.Content.ReadAsStringAsync(Patience.Token())).ShouldBe("secure");
        (await doubting.GetAsync()).ShouldContain("Proxy-Status: sidecar; error=tls_certificate_error");
    }

    private static async Task<HttpResponseMessage> SendAsync(string url, Version version)
    {
        using var http = new HttpClient();
        return await http.SendAsync(new HttpRequestMessage(HttpMethod.Get, url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact }, Patience.Token());
    }

    private static async Task<(HttpResponseMessage Response, string Subject)> SendSecurelyAsync(int port, Version version)
    {
        var subject = "";
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
            {
                subject = certificate!.Subject;
                return true;
            },
        };
        using var http = new HttpClient(handler);
        var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{port}") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return (await http.SendAsync(request, Patience.Token()), subject);
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "Asked for by RFC 6455.")]
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
