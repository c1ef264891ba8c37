using System.Text;
using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>
/// Trailers, in both directions by one rule: what frames or routes a message, controls it, says who somebody is or describes its content has to stand at its
/// head (RFC 9110, section 6.5.1), and what is for one hop stays there; everything else passes.
/// </summary>
public sealed class TrailerTests
{
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n";

    public static TheoryData<string> Dropped =>
    [
        // Framing, routing, one hop.
        "Content-Length: 9", "Transfer-Encoding: chunked", "Host: b", "Connection: X-Sum", "Keep-Alive: timeout=5", "Proxy-Connection: close", "TE: trailers", "Trailer: X-Sum", "Upgrade: chat",
        // What the request or the response is to do.
        "Expect: 100-continue", "Max-Forwards: 0", "Range: bytes=0-1", "If-Match: \"a\"", "Cache-Control: no-store", "Age: 1", "Expires: 0", "Location: /", "Vary: *",
        // Who somebody is.
        "Authorization: Bearer x", "aUTHORIZATION: Basic x", "Proxy-Authorization: Basic x", "Cookie: a=b", "Set-Cookie: a=b", "WWW-Authenticate: Basic", "Proxy-Authenticate: Basic",
        // What the body is.
        "Content-Encoding: gzip", "Content-Type: text/html", "Content-Range: bytes 0-1/2",
        // The sidecar's own.
        "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil", "Forwarded: for=6.6.6.6", "X-Real-IP: 6.6.6.6", "X-Request-Id: mine", "X-Forwarded-Client-Cert: By=x", "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ];

    public static TheoryData<string> Passing => ["X-Sum: 7", "x-sUM: 7", "Digest: sha-256=x", "Server-Timing: db;dur=1", "grpc-status: 0", "X-Empty:", "X-Text: K\u00f6ln \u00ff"];

    [Theory]
    [MemberData(nameof(Dropped))]
    public async Task What_has_no_place_in_trailers_does_not_reach_the_app(string trailer) => (await AtTheAppAsync(Post + trailer + "\r\nX-Last: 1\r\n\r\n")).ShouldBe(["X-Last: 1"]);

    [Theory]
    [MemberData(nameof(Dropped))]
    public async Task What_has_no_place_in_trailers_does_not_reach_the_client(string trailer) => (await AtTheClientAsync("", trailer, "X-Last: 1")).ShouldBe(["X-Last: 1"]);

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_may_be_a_trailer_passes_both_ways_as_it_is_written(string trailer)
    {
        string[] expected = [trailer.EndsWith(':') ? trailer + " " : trailer];

        (await AtTheAppAsync(Post + trailer + "\r\n\r\n")).Select(line => line.EndsWith(':') ? line + " " : line).ShouldBe(expected);
        (await AtTheClientAsync("", trailer)).Select(line => line.EndsWith(':') ? line + " " : line).ShouldBe(expected);
    }

    [Fact]
    public async Task What_Connection_names_at_the_head_does_not_pass_at_the_end_either()
    {
        (await AtTheAppAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: X-Hop\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Hop: 1\r\nX-Last: 1\r\n\r\n")).ShouldBe(["X-Last: 1"]);
        (await AtTheClientAsync("Connection: X-Hop\r\n", "X-Hop: 1", "X-Last: 1")).ShouldBe(["X-Last: 1"]);
    }

    [Fact]
    public async Task A_key_that_authenticates_does_not_come_as_a_trailer()
    {
        var key = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("key"u8));

        (await AtTheAppAsync(
            Post.Replace("Host: a\r\n", "Host: a\r\nX-Api-Key: key\r\n", StringComparison.Ordinal) + "X-Api-Key: key\r\nX-Last: 1\r\n\r\n",
            "Sidecar:Security:ApiKeys:Entries:0:Name=k", $"Sidecar:Security:ApiKeys:Entries:0:Hash={key}")).ShouldBe(["X-Last: 1"]);
    }

    [Fact]
    public async Task A_client_of_HTTP_2_gets_what_is_left_of_an_HTTP_1_apps_trailers()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nConnection: x\r\nTransfer-Encoding: chunked\r\nKeep-Alive: timeout=5\r\nContent-Length: 9\r\nSet-Cookie: a=b\r\nX-Last: 1\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync([.. Http2Frames.Preface, .. Http2Frames.Fields(1, ends: true, (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"))]);

        await Http2Frames.ReadAsync(client, Http2Frames.Headers);
        var (type, _, payload) = await Http2Frames.ReadAsync(client, Http2Frames.Headers, Http2Frames.Reset, Http2Frames.GoAway);
        type.ShouldBe(Http2Frames.Headers);
        var trailers = Encoding.Latin1.GetString(payload);
        trailers.ShouldContain("x-last");
        foreach (var name in new[] { "connection", "transfer-encoding", "keep-alive", "content-length", "set-cookie" })
            trailers.ShouldNotContain(name);
    }

    [Fact]
    public async Task A_client_of_HTTP_2_sends_no_other_trailers_than_one_of_HTTP_1()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(
        [
            .. Http2Frames.Preface,
            .. Http2Frames.Fields(1, ends: false, (":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/")),
            .. Http2Frames.Body(1, ends: false, "hi"),
            .. Http2Frames.Fields(1, ends: true, ("authorization", "Bearer x"), ("cookie", "a=b"), ("content-type", "text/html"), ("x-last", "1")),
        ]);

        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        (await connection.ReadChunkedAsync()).Trailers.ShouldBe(["x-last: 1"]);
    }

    [Fact]
    public async Task An_HTTP_2_apps_trailers_reach_a_client_of_HTTP_1_by_the_same_rule()
    {
        await using var app = await KestrelApp.StartHttp2Async(async context =>
        {
            await context.Response.WriteAsync("ok");
            foreach (var name in new[] { "Set-Cookie", "Content-Type", "X-Last" })
                context.Response.AppendTrailer(name, "1");
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:Protocol=http2");
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        await client.ReadHeadAsync();
        (await client.ReadChunkedAsync()).Trailers.ShouldHaveSingleItem().ShouldBe("x-last: 1", StringCompareShould.IgnoreCase);
    }

    private static async Task<string[]> AtTheAppAsync(string request, params string[] settings)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, settings);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(request);

        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        var (body, trailers) = await connection.ReadChunkedAsync();
        body.ShouldBe("hi");
        return trailers;
    }

    private static async Task<string[]> AtTheClientAsync(string fields, params string[] trailers)
    {
        await using var app = ScriptedApp.Answering($"HTTP/1.1 200 OK\r\n{fields}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n{string.Concat(trailers.Select(trailer => trailer + "\r\n"))}\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 200 OK\r\n");
        var (body, received) = await client.ReadChunkedAsync();
        body.ShouldBe("ok");
        return received;
    }
}
