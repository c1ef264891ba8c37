using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

public sealed class MessageTests
{
    private const string Plain = "GET /a HTTP/1.1\r\nHost: h\r\naCCept: x\r\n\r\n";

    [Fact]
    public async Task A_plain_request_keeps_its_spelling()
    {
        var head = await HeadAtTheAppAsync(Plain);

        head.ShouldStartWith("GET /a HTTP/1.1\r\nHost: h\r\naCCept: x\r\n");
        head.ShouldContain("\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: h\r\n");
        head.ShouldContain("\r\nX-Request-Id: ");
    }

    [Fact]
    public async Task A_whole_body_goes_along()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: h\r\naCCept: x\r\ncontent-LENGTH: 5\r\n\r\nhello");

        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldContain("\r\naCCept: x\r\n", Case.Sensitive);
        (await connection.ReadExactlyAsync(5)).ShouldBe("hello");
    }

    [Theory]
    [InlineData("Expect: 100-continue\r\nContent-Length: 1")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("TE: trailers")]
    [InlineData("Connection: X-Own\r\nX-Own: 1")]
    [InlineData("Connection: Upgrade\r\nUpgrade: websocket")]
    public async Task Every_kind_of_request_keeps_its_spelling(string headers)
    {
        var head = await HeadAtTheAppAsync($"GET /a HTTP/1.1\r\nHost: h\r\naCCept: x\r\n{headers}\r\n\r\n");

        head.ShouldContain("\r\naCCept: x\r\n", Case.Sensitive);
        head.ShouldNotContain("X-Own");
    }

    [Theory]
    [InlineData("Sidecar:Headers:Via=true")]
    [InlineData("Sidecar:Headers:Forwarded=Both")]
    [InlineData("OTEL_PROPAGATORS=b3")]
    [InlineData("Sidecar:Resilience:Retry:MaxRetries=1")]
    [InlineData("Sidecar:Routes:0:Name=all")]
    [InlineData("Sidecar:Upstream:OutlierDetection:ConsecutiveFailures=3")]
    public async Task Every_configuration_keeps_its_spelling(string setting) =>
        (await HeadAtTheAppAsync(Plain, setting)).ShouldContain("\r\naCCept: x\r\n", Case.Sensitive);

    [Fact]
    public async Task Requests_of_every_kind_follow_each_other()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        foreach (var request in new[] { Plain, "GET / HTTP/1.1\r\nHost: h\r\nTE: trailers\r\n\r\n", Plain })
        {
            await client.SendAsync(request);
            (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");
        }

        // Two at once are one after the other.
        await client.SendAsync(Plain + Plain);
        (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");
        (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");
    }

    [Fact]
    public async Task An_answer_without_a_date_gets_one_and_an_answer_with_one_keeps_it()
    {
        await using var without = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(without.Url);
        await using var with = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nDATE: then\r\nContent-Length: 0\r\n\r\n");
        await using var other = await RunningSidecar.StartAsync(with.Url);

        (await sidecar.GetAsync()).ShouldMatch("\r\nDate: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT\r\n");
        var answer = await other.GetAsync();
        answer.ShouldContain("\r\nDATE: then\r\n", Case.Sensitive);
        answer.ShouldNotContain("\r\nDate:", Case.Sensitive);
    }

    [Fact]
    public async Task An_answer_that_ends_with_its_connection_reaches_the_client_in_chunks()
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.0 200 OK\r\n\r\nall of it");
            connection.Dispose();
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(Plain);

        (await client.ReadThroughAsync("\r\n0\r\n\r\n")).ShouldContain("\r\nTransfer-Encoding: chunked\r\n");
    }

    private static async Task<string> HeadAtTheAppAsync(string request, params string[] settings)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, settings);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(request);
        return await (await app.AcceptedAsync()).ReadHeadAsync();
    }
}
