using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class ForwardingTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    [InlineData("BREW")]
    public async Task Forwards_any_method(string method)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var exchange = sidecar.ExchangeAsync($"{method} /x HTTP/1.1\r\nHost: a\r\n\r\n");

        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldStartWith($"{method} /x HTTP/1.1\r\n");
        await connection.SendAsync(Answers.Ok);

        (await exchange).ShouldEndWith("ok");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/a%2Fb")]
    [InlineData("/a%2fb/%7Euser/%41")]
    [InlineData("/a/../b/./c")]
    [InlineData("//double//slash")]
    [InlineData("/livez")]
    [InlineData("/readyz?x=1")]
    [InlineData("/metrics")]
    [InlineData("/p?q=%20+&a=b%2Bc&a='\"<>")]
    [InlineData("/p?")]
    [InlineData("/%E4%B8%AD?%zz")]
    public async Task Path_and_query_go_on_byte_for_byte(string target)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var exchange = sidecar.GetAsync(target);

        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldStartWith($"GET {target} HTTP/1.1\r\n");
        await connection.SendAsync(Answers.Ok);
        await exchange;
    }

    [Fact]
    public async Task The_host_is_kept_and_the_client_is_told_of()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var exchange = sidecar.GetAsync();

        var head = await (await app.AcceptedAsync()).ReadHeadAsync();

        head.ShouldContain("\r\nHost: shop.example\r\n", Case.Insensitive);
        head.ShouldContain("\r\nX-Forwarded-For: 127.0.0.1\r\n");
        head.ShouldContain("\r\nX-Forwarded-Proto: http\r\n");
        head.ShouldContain("\r\nX-Forwarded-Host: shop.example\r\n");
    }

    [Fact]
    public async Task What_Connection_names_stays_on_its_hop_both_ways()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var exchange = sidecar.GetAsync("/", "Connection: X-Hop, Keep-Alive", "X-Hop: 1", "Keep-Alive: timeout=5", "X-End: 2");

        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: X-Back\r\nX-Back: 1\r\nX-Stays: 2\r\n\r\nok");
        var answer = await exchange;

        head.ShouldNotContain("X-Hop");
        head.ShouldNotContain("Keep-Alive");
        head.ShouldContain("X-End: 2");
        answer.ShouldNotContain("X-Back");
        answer.ShouldContain("X-Stays: 2");
    }

    [Fact]
    public async Task The_request_body_streams_while_it_is_being_sent()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        (await connection.ReadExactlyAsync(5)).ShouldBe("hello");
        await client.SendAsync("world");
        (await connection.ReadExactlyAsync(5)).ShouldBe("world");
        await connection.SendAsync(Answers.Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task The_answer_streams_while_it_is_being_sent()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n7\r\ndata: 1\r\n");
        (await client.ReadThroughAsync("data: 1")).ShouldContain("text/event-stream");
        await connection.SendAsync("7\r\ndata: 2\r\n0\r\n\r\n");

        (await client.ReadThroughAsync("\r\n0\r\n\r\n")).ShouldContain("data: 2");
    }

    [Fact]
    public async Task Several_targets_take_turns()
    {
        await using var one = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
        await using var two = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo");
        await using var sidecar = await RunningSidecar.StartAsync($"{one.Url},{two.Url}");

        var answers = new List<string>();
        for (var i = 0; i < 6; i++)
            answers.Add((await sidecar.GetAsync())[^3..]);

        answers.Count(answer => answer == "one").ShouldBe(3);
        answers.Count(answer => answer == "two").ShouldBe(3);
    }
}
