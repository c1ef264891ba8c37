using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

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
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Http2, "Sidecar:AccessLog:Format=json");
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
        await using var app = await KestrelApp.StartHttp2Async(EchoedPieces.AnswerAsync);
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
}
