using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>Responses that come before the final one (RFC 9110, section 15.2).</summary>
public sealed class InformationalResponseTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Expecting = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    private const string Hint = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";
    private const string Switched = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n";

    [Fact]
    public async Task Each_reaches_the_client_at_once_and_in_order()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Get);
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        foreach (var (status, field) in new[] { ("103 Early Hints", "Link: </a.css>"), ("102 Processing", "x-Progress: 1"), ("103 Early Hints", "Link: </b.js>"), ("199 Own", "X-Own: 1") })
        {
            await connection.SendAsync($"HTTP/1.1 {status}\r\n{field}\r\n\r\n");
            var informational = await client.ReadHeadAsync();
            informational.ShouldStartWith($"HTTP/1.1 {status}\r\n");
            informational.ShouldContain($"\r\n{field}\r\n", Case.Sensitive);
        }

        await connection.SendAsync(Answers.Ok);
        var final = await client.ReadMessageAsync();
        final.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        final.ShouldEndWith("\r\n\r\nok");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["http.response.status_code"].ShouldBe(200);
    }

    [Fact]
    public async Task The_connection_goes_on_as_it_was()
    {
        await using var app = ScriptedApp.Answering(Hint + Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(Get + Get);

        for (var i = 0; i < 2; i++)
        {
            (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 103 ");
            (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");
        }

        app.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_for_one_hop_stays_there()
    {
        var (_, response) = await Exchange.OfAsync(Get, $"HTTP/1.1 103 Early Hints\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nLink: </a>\r\n\r\n{Answers.Ok}");

        response.ShouldStartWith("HTTP/1.1 103 ");
        response.ShouldContain("\r\nLink: </a>\r\n");
        response.ShouldNotContain("X-Hop");
        response.ShouldNotContain("Keep-Alive");
    }

    [Fact]
    public async Task A_client_of_HTTP_1_0_gets_the_final_one_only() =>
        (await Exchange.OfAsync("GET / HTTP/1.0\r\nHost: a\r\n\r\n", Hint + Answers.Ok)).Response.ShouldStartWith("HTTP/1.1 200 OK\r\n");

    [Fact]
    public async Task An_app_that_ends_after_one_is_a_502_all_the_same()
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Hint);
            connection.Dispose();
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(Get);

        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 103 ");
        (await client.ReadMessageAsync()).ShouldBeRejected(502);
    }

    [Fact]
    public async Task A_client_that_expects_continue_gets_hints_before_it_and_sends_its_body_after_it()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:ContinueTimeout=1m");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Expecting);
        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldContain("\r\nExpect: 100-continue\r\n");

        await connection.SendAsync(Hint);
        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 103 ");
        await connection.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 100 ");
        await client.SendAsync("hello");

        (await connection.ReadExactlyAsync(5)).ShouldBe("hello");
        await connection.SendAsync(Answers.Ok);
        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 200 OK\r\n");
    }

    [Fact]
    public async Task Where_the_app_does_not_say_continue_the_sidecar_does_and_the_client_hears_it_once()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:ContinueTimeout=50ms");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Expecting);
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 100 ");
        await client.SendAsync("hello");
        (await connection.ReadExactlyAsync(5)).ShouldBe("hello");
        await connection.SendAsync("HTTP/1.1 100 Continue\r\n\r\n" + Answers.Ok);

        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 200 OK\r\n");
    }

    [Fact]
    public async Task What_HTTP_1_0_expects_is_dropped_and_its_body_passes()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");

        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldNotContain("Expect");
        (await connection.ReadExactlyAsync(5)).ShouldBe("hello");
        await connection.SendAsync(Answers.Ok);
        (await client.ReadToEndAsync()).ShouldStartWith("HTTP/1.1 200 OK\r\n");
    }

    [Fact]
    public async Task An_upgrade_may_have_hints_before_it()
    {
        await using var app = ScriptedApp.Answering(Hint + Switched + "hi");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");

        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 103 ");
        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 101 ");
        (await client.ReadExactlyAsync(2)).ShouldBe("hi");
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: chat\r\n\r\n")]
    public async Task What_HTTP_1_0_or_nobody_in_Connection_asks_for_is_no_upgrade_and_its_101_a_502(string request)
    {
        var (received, response) = await Exchange.OfAsync(request, Switched);

        received.ShouldStartWith("GET / HTTP/1.1\r\n");
        received.ShouldNotContain("Upgrade");
        response.ShouldBeRejected(502);
    }
}
