using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

public sealed class AmbiguousRequestTests
{
    /// <summary>Shapes that one parser may read as one request and another as two, or not at all.</summary>
    public static TheoryData<string> Ambiguous =>
    [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 \v\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\tfolded\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\rX: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX\0: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: no name\r\n\r\n",
        "GET /#fragment HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u007f HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET path HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET /\r\nHost: a\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n",
        "GET / HTTP/1.1\r\nX: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\u0001\r\nhello\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nbad trailer\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\n",
    ];

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public async Task Refuses_what_two_parsers_could_read_differently(string request)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(request);

        var answer = await client.ReadMessageAsync();
        answer.ShouldStartWith("HTTP/1.1 400 Bad Request\r\n");
        answer.ShouldContain("Proxy-Status: sidecar; error=http_request_error");
        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        app.Accepted.ShouldBe(0);
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["http.response.status_code"].ShouldBe(400);
    }

    [Fact]
    public async Task A_refused_request_does_not_disturb_those_before_it()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\nHost: a\n\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n");

        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 200");
        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 200");
        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 400");
        (await client.IsClosedByPeerAsync()).ShouldBeTrue();
        (await sidecar.AccessLog.NextAsync()).ShouldContain(" - /1 - ");
        (await sidecar.AccessLog.NextAsync()).ShouldContain(" - /2 - ");
    }

    [Fact]
    public async Task A_chunk_that_goes_wrong_late_breaks_the_request_off_at_the_app()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.ReadThroughAsync("hello\r\n");

        await client.SendAsync("5;\u0001\r\nworld\r\n0\r\n\r\n");

        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 400");
        (await connection.IsClosedByPeerAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Limits_are_answered_by_their_own_status()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:MaxRequestLineBytes=200", "Sidecar:Limits:MaxRequestHeadBytes=1000",
            "Sidecar:Limits:MaxRequestHeaders=5", "Sidecar:Limits:MaxRequestBodyBytes=10");

        (await sidecar.GetAsync("/" + new string('a', 300))).ShouldStartWith("HTTP/1.1 414");
        (await sidecar.GetAsync("/", "X: " + new string('a', 2000))).ShouldStartWith("HTTP/1.1 431");
        (await sidecar.GetAsync("/", "A: 1", "B: 1", "C: 1", "D: 1", "E: 1")).ShouldStartWith("HTTP/1.1 431");
        (await sidecar.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n")).ShouldStartWith("HTTP/1.1 413");
        (await sidecar.GetAsync()).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task A_head_that_is_not_whole_in_time_is_a_408()
    {
        var time = new ManualTime();
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1", time.Drive, "Sidecar:Limits:HeaderTimeout=12345ms");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost:");
        await time.SomebodyWaitsAsync(TimeSpan.FromMilliseconds(12345));

        time.Advance(TimeSpan.FromMilliseconds(12345));

        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 408");
    }

    [Fact]
    public async Task A_chunked_body_that_grows_too_large_is_a_413()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:MaxRequestBodyBytes=10");

        (await sidecar.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n")).ShouldStartWith("HTTP/1.1 413");
    }

    [Theory]
    [InlineData("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n")]
    [InlineData("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n")]
    public async Task Connect_and_trace_are_refused(string request)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        var answer = await sidecar.ExchangeAsync(request);

        answer.ShouldStartWith("HTTP/1.1 405");
        answer.ShouldContain("\r\nAllow: GET");
        app.Accepted.ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task However_the_bytes_are_cut_the_requests_are_the_same(int size)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        const string requests = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: 1\r\n\r\nPOST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";

        foreach (var piece in requests.Chunk(size))
            await client.SendAsync(new string(piece));
        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldStartWith("POST /a HTTP/1.1\r\n");
        var body = await connection.ReadThroughAsync("\r\n\r\n");
        await connection.SendAsync(Answers.Ok);
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
        (await connection.ReadMessageAsync()).ShouldEndWith("\r\n\r\nabc");
        await connection.SendAsync(Answers.Ok);
        (await client.ReadMessageAsync()).ShouldEndWith("ok");

        body.ShouldEndWith("0\r\nT: 1\r\n\r\n");
        string.Concat(body.Split("\r\n").Where((_, line) => line % 2 == 1)).ShouldBe("helloT: 1");
    }

    [Fact]
    public async Task Absolute_form_becomes_origin_form()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var exchange = sidecar.ExchangeAsync("GET http://shop.example/a%2Fb?x=1 HTTP/1.1\r\nHost: shop.example\r\n\r\n");

        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldStartWith("GET /a%2Fb?x=1 HTTP/1.1\r\n");
        await connection.SendAsync(Answers.Ok);
        await exchange;
    }
}
