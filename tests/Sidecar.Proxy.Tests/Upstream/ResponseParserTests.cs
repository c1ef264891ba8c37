using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class ResponseParserTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\n\r\n")]
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

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", "Content-Length: 2")]
    [InlineData("HTTP/1.1 200 OK\nX: 1\nContent-Length: 2\n\nok", "X: 1", "Content-Length: 2")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nok", "Content-Length: 2")]
    [InlineData("HTTP/1.1 200 OK\r\nX: 1\r\nno colon\r\nContent-Length: 2\r\n\r\nok", "X: 1", "Content-Length: 2")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2  \r\nok\r\n0 \r\n\r\n", "Transfer-Encoding: chunked")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n2\nok\n0\n\n", "Transfer-Encoding: chunked")]
    public async Task Where_it_is_lenient_what_nginx_takes_reaches_the_client_as_it_should_have_been(string answer, params string[] fields)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:Lenient=true", "Sidecar:Headers:RequestId=false");

        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        using var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync(answer);
        var given = await client.ReadToEndAsync();

        given.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        given.Split("\r\n\r\n")[0].Split("\r\n").Skip(1).Where(line => !line.StartsWith("Date:", StringComparison.Ordinal) && !line.StartsWith("Connection:", StringComparison.Ordinal)).ShouldBe(fields);
        given.Split("\r\n\r\n", 2)[1].ShouldBeOneOf("ok", "2\r\nok\r\n0\r\n\r\n");
        given.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain('\n');
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nX: 1\n folded\n\n")]
    [InlineData("HTTP/1.1 200 OK\nX: a\rb\n\n")]
    public async Task Where_it_is_lenient_what_has_no_one_meaning_is_a_502_all_the_same(string answer)
    {
        await using var app = ScriptedApp.Answering(answer);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:Lenient=true");

        (await sidecar.GetAsync()).ShouldStartWith("HTTP/1.1 502");
    }

    [Fact]
    public async Task A_head_larger_than_allowed_is_a_502()
    {
        await using var app = ScriptedApp.Answering($"HTTP/1.1 200 OK\r\nX: {new string('a', 5000)}\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:MaxResponseHeadBytes=4096");

        (await sidecar.GetAsync()).ShouldContain("error=http_response_header_section_size");
    }
}
