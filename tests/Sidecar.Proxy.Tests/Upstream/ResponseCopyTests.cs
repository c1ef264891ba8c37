using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class ResponseCopyTests
{
    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "204")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\nETag: \"a\"\r\n\r\n", "304")]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200")]
    [InlineData("HTTP/1.1 299 Odd but fine\r\nContent-Length: 0\r\n\r\n", "299 Odd but fine")]
    public async Task Answers_without_a_body_end_at_their_head(string answer, string status)
    {
        await using var app = ScriptedApp.Answering(answer);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            (await client.ReadHeadAsync()).ShouldStartWith($"HTTP/1.1 {status}");
        }

        app.Accepted.ShouldBe(1);
    }

    [Theory]
    [InlineData("Content-Length: 2\r\n\r\nno")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 0\r\n\r\n")]
    public async Task The_body_that_a_205_must_not_have_stays_behind(string rest)
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 205 Reset Content\r\n" + rest);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            var head = await client.ReadHeadAsync();
            head.ShouldStartWith("HTTP/1.1 205");
            head.ShouldContain("\r\nContent-Length: 0\r\n");
            head.ShouldNotContain("Transfer-Encoding");
        }

        app.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task The_answer_to_head_has_a_length_and_no_body()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            (await client.ReadHeadAsync()).ShouldContain("Content-Length: 1234");
        }
    }

    [Fact]
    public async Task An_answer_that_ends_with_its_connection_is_complete()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        using (var connection = await app.AcceptedAsync())
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.0 200 OK\r\n\r\nall of it");
        }

        (await client.ReadThroughAsync("\r\n0\r\n\r\n")).ShouldContain("all of it");
    }

    [Fact]
    public async Task A_client_of_HTTP_1_0_gets_an_answer_it_understands()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.0\r\n\r\n");

        (await client.ReadToEndAsync()).ShouldEndWith("\r\n\r\nok");
    }

    /// <summary>Its head must be with the client's connection before the application's has another response in its buffer.</summary>
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n", "\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 205 Reset Content\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nno", "\r\nContent-Length: 0\r\n", "\r\n\r\n")]
    public async Task A_response_without_content_keeps_its_head_and_its_framing(string answer, string framing, string end)
    {
        await using var app = ScriptedApp.Answering(answer);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            var response = await client.ReadThroughAsync(end);
            response.ShouldContain("\r\nX-A: 1\r\n");
            response.ShouldContain(framing);
        }
    }

    [Fact]
    public async Task Header_values_pass_byte_for_byte()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var exchange = sidecar.GetAsync("/", "X-Name: K\u00f6ln \u00ff");

        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldContain("X-Name: K\u00f6ln \u00ff");
        await connection.SendAsync("HTTP/1.1 200 OK\r\nx-back: K\u00f6ln\r\nContent-Length: 0\r\n\r\n");

        (await exchange).ShouldContain("\r\nx-back: K\u00f6ln\r\n");
    }
}
