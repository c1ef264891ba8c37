using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Listening;

/// <summary>What HTTP/2 can carry and HTTP/1 cannot, or only as something else.</summary>
public sealed class Http2RequestTests
{
    // The static table's :status 400 (RFC 7541, appendix A).
    private const byte Status400 = 0x8C;


    [Theory]
    [InlineData("GET", "/a HTTP/1.1")]
    [InlineData("GET", "/a?b c")]
    [InlineData("GET", "/a#b")]
    [InlineData("GET", "/a?\u0001")]
    [InlineData("GET", "/\u00e4")]
    [InlineData("GET", "/a?\u00e4")]
    [InlineData("GET", "/a\r\nX: 1")]
    [InlineData("GET", "a")]
    [InlineData("GET", "http://b/")]
    [InlineData("GET", "")]
    [InlineData("G ET", "/")]
    [InlineData("GET / HTTP/1.1\r\nX:", "/")]
    [InlineData("GET", "/", "x", "a\r\nb: c")]
    [InlineData("GET", "/", "x", "a\nb")]
    [InlineData("GET", "/", "x", "a\0b")]
    [InlineData("GET", "/", "x", "a\u0001b")]
    [InlineData("GET", "/", "x y", "a")]
    [InlineData("GET", "/", "x: 1\r\ny", "a")]
    [InlineData("GET", "/", "x:", "a")]
    [InlineData("GET", "/", "", "a")]
    [InlineData("GET", "/", "X", "a")]
    [InlineData("GET", "/", "\u00e4", "a")]
    [InlineData("POST", "/", "transfer-encoding", "chunked")]
    [InlineData("GET", "/", "connection", "x")]
    [InlineData("POST", "/", "content-length", "+1")]
    [InlineData("POST", "/", "content-length", "5")]
    public async Task Refuses_what_would_become_another_request_in_HTTP_1(string method, string path, params string[] field)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        (string, string)[] fields = [(":method", method), (":path", path), (":scheme", "http"), (":authority", "a"), .. field.Chunk(2).Select(pair => (pair[0], pair[1]))];

        await client.SendAsync([.. Http2Frames.Preface, .. Http2Frames.Fields(1, ends: true, fields)]);

        var (type, _, payload) = await Http2Frames.ReadAsync(client, Http2Frames.Headers, Http2Frames.Reset, Http2Frames.GoAway);
        if (type == Http2Frames.Headers)
            payload[0].ShouldBe(Status400);
        app.Accepted.ShouldBe(0);
    }

    [Theory]
    [InlineData("x", "a\u0001b")]
    [InlineData("x y", "a")]
    [InlineData("x: 1\r\ny", "a")]
    public async Task Trailers_that_HTTP_1_cannot_carry_break_the_request_off(string name, string value)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync([
            .. Http2Frames.Preface,
            .. Http2Frames.Fields(1, ends: false, (":method", "POST"), (":path", "/"), (":scheme", "http"), (":authority", "a")),
            .. Http2Frames.Body(1, ends: false, "hello")]);
        var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("hello\r\n");

        await client.SendAsync(Http2Frames.Fields(1, ends: true, (name, value)));

        (await connection.IsClosedByPeerAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Odd_and_correct_requests_pass_unchanged()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync([
            .. Http2Frames.Preface,
            .. Http2Frames.Fields(1, ends: false, (":method", "BREW"), (":path", "//a/../%2F?'\"<>{}|^`"), (":scheme", "http"), (":authority", "a:1"), ("x!#$%&'*+-.^_`|~", "a\tb \u00e4"), ("x-empty", ""), ("cookie", "a=1"), ("cookie", "b=2")),
            .. Http2Frames.Body(1, ends: false, "hello"),
            .. Http2Frames.Fields(1, ends: true, ("content-length", "6"), ("host", "b"), ("x-forwarded-for", "6.6.6.6"), ("x-sum", "7"))]);

        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        head.ShouldStartWith("BREW //a/../%2F?'\"<>{}|^` HTTP/1.1\r\nHost: a:1\r\n");
        head.ShouldContain("\r\nx!#$%&'*+-.^_`|~: a\tb \u00e4\r\n");
        head.ShouldContain("\r\nx-empty: \r\n");
        // HTTP/2 cuts cookies up, HTTP/1 may not (RFC 9113, section 8.2.3).
        head.ShouldContain("\r\ncookie: a=1; b=2\r\n", Case.Insensitive);
        (await connection.ReadThroughAsync("\r\n\r\n")).ShouldBe("5\r\nhello\r\n0\r\nx-sum: 7\r\n\r\n");
        await connection.SendAsync(Answers.Ok);
        (await Http2Frames.ReadAsync(client, Http2Frames.Data)).Payload.ShouldBe("ok"u8.ToArray());
    }
}
