using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>The fields of a response, and of a request, on their way through (RFC 9110, section 7.6; RFC 9112, section 5.1).</summary>
public sealed class ResponseFieldTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static readonly string[] Fields =
    [
        "x-first: 1", "SET-COOKIE: a=1", "Server: app", "X-Second:  2", "content-type: text/plain", "Date: Thu, 01 Jan 2026 00:00:00 GMT", "set-cookie: b=2", "Cache-Control: no-store",
        "Vary: Accept", "vary: Cookie", "ETag: \"x\"", "x-FIRST: 3", "X-Empty:", "Content-Language: de", "Link: </a>",
    ];

    [Theory]
    [InlineData("200 OK", "Content-Length: 2", "ok", "Sidecar:Headers:Via=false")]
    [InlineData("200 OK", "Content-Length: 2", "ok", "Sidecar:Headers:Via=true")]
    [InlineData("404 Nothing of the kind", "Transfer-Encoding: chunked", "2\r\nok\r\n0\r\n\r\n", "Sidecar:Headers:Via=false")]
    [InlineData("404 Nothing of the kind", "Transfer-Encoding: chunked", "2\r\nok\r\n0\r\n\r\n", "Sidecar:Headers:Via=true")]
    [InlineData("304 Not Modified", "Content-Length: 2", "", "Sidecar:Headers:Via=false")]
    [InlineData("304 Not Modified", "Content-Length: 2", "", "Sidecar:Headers:Via=true")]
    public async Task Names_and_values_reach_the_client_in_the_order_and_as_the_app_wrote_them(string status, string framing, string body, string setting)
    {
        string[] fields = [.. Fields[..7], framing, .. Fields[7..]];
        await using var app = ScriptedApp.Answering($"HTTP/1.1 {status}\r\n{string.Join("\r\n", fields)}\r\n\r\n{body}");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, setting);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync(Get);
            var lines = (await client.ReadHeadAsync()).Split("\r\n");
            await client.ReadExactlyAsync(body.Length);

            lines[0].ShouldBe($"HTTP/1.1 {status}");
            // How a body is cut into chunks is each hop's own affair.
            var expected = fields.Where(field => field != "Transfer-Encoding: chunked").Select(Normalize).ToArray();
            lines.Skip(1).Select(Normalize).Where(expected.Contains).ShouldBe(expected);
        }

        // Space around a value is nobody's.
        static string Normalize(string line) => line.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? line[..(colon + 1)] + line[(colon + 1)..].Trim() : line;
    }

    [Theory]
    [InlineData("X-A : 1", "X-A: 1")]
    [InlineData("X-A\t \t:1", "X-A: 1")]
    [InlineData("X-A :", "X-A: ")]
    public async Task Space_before_a_colon_is_removed_as_it_is_in_a_response_only(string field, string expected)
    {
        var (_, response) = await Exchange.OfAsync(Get, $"HTTP/1.1 200 OK\r\n{field}\r\nContent-Length: 2\r\n\r\nok");

        response.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        response.Split("\r\n").Select(line => line.EndsWith(':') ? line + " " : line).ShouldContain(expected);
        (await Exchange.OfAsync($"GET / HTTP/1.1\r\nHost: a\r\n{field}\r\n\r\n")).Response.ShouldBeRejected(400);
    }

    [Theory]
    [InlineData("Content-Length : 2\r\n\r\nok")]
    [InlineData("Transfer-Encoding : chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    public async Task A_field_with_space_before_its_colon_frames_the_body_all_the_same(string rest)
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\n" + rest);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync(Get);
            var head = await client.ReadHeadAsync();
            head.ShouldStartWith("HTTP/1.1 200 OK\r\n");
            head.ShouldNotContain(" :");
            (await client.ReadBodyAsync(head)).ShouldBe("ok");
        }

        app.Accepted.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")]
    public async Task A_426_says_which_upgrade_is_required_and_leaves_the_connection_as_it_was(string fields)
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket, chat/2\r\nConnection: Upgrade\r\nContent-Length: 4\r\n\r\nneed");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync($"GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
            var response = await client.ReadMessageAsync();
            response.ShouldStartWith("HTTP/1.1 426 Upgrade Required\r\n");
            response.FieldsOf("Upgrade").ShouldBe(["websocket, chat/2"]);
            response.FieldsOf("Connection").ShouldContain("Upgrade", StringComparer.OrdinalIgnoreCase);
            response.ShouldEndWith("\r\n\r\nneed");
        }
    }

    [Fact]
    public async Task What_is_for_one_hop_stays_there_though_Connection_does_not_name_it()
    {
        var (request, response) = await Exchange.OfAsync(
            "GET / HTTP/1.1\r\nHost: a\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: gzip\r\nUpgrade: chat\r\nX-Stays: 1\r\n\r\n",
            // Upgrade only advertises here; the sidecar would not do it.
            "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nConnection: Upgrade\r\nUpgrade: h2, h2c\r\nX-Stays: 1\r\nContent-Length: 2\r\n\r\nok");

        foreach (var message in new[] { request, response })
        {
            message.FieldsOf("X-Stays").ShouldBe(["1"]);
            foreach (var name in new[] { "Keep-Alive", "Proxy-Connection", "TE", "Upgrade", "Connection" })
                message.FieldsOf(name).ShouldBeEmpty(name);
        }
    }

    [Fact]
    public async Task Connection_cannot_take_away_what_frames_a_message_or_names_the_client()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: Content-Length, Host, X-Forwarded-For, X-Forwarded-Proto, X-Request-Id\r\nContent-Length: 5\r\n\r\nhello");

        var connection = await app.AcceptedAsync();
        var request = await connection.ReadMessageAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nConnection: Content-Length, X-Request-Id, Date\r\nContent-Length: 2\r\n\r\nok");
        var response = await client.ReadHeadAsync();

        request.ShouldEndWith("\r\n\r\nhello");
        request.FieldsOf("Host").ShouldBe(["a"]);
        request.FieldsOf("X-Forwarded-For").ShouldBe(["127.0.0.1"]);
        request.FieldsOf("X-Forwarded-Proto").ShouldBe(["http"]);
        request.FieldsOf("X-Request-Id").ShouldHaveSingleItem();
        response.FieldsOf("X-Request-Id").ShouldHaveSingleItem();
        (await client.ReadBodyAsync(response)).ShouldBe("ok");
    }

    [Fact]
    public async Task The_app_closing_its_connection_does_not_close_the_clients()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync(Get);
            var response = await client.ReadMessageAsync();
            response.FieldsOf("Connection").ShouldBeEmpty();
            response.ShouldEndWith("\r\n\r\nok");
        }
    }
}
