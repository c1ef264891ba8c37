using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Forwarding;

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

    [Fact]
    public async Task A_head_larger_than_allowed_is_a_502()
    {
        await using var app = ScriptedApp.Answering($"HTTP/1.1 200 OK\r\nX: {new string('a', 5000)}\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:MaxResponseHeadBytes=4096");

        (await sidecar.GetAsync()).ShouldContain("error=http_response_header_section_size");
    }
}
