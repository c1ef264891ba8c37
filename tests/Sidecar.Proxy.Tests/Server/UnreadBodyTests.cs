using System.Net.Sockets;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Traffic;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>A body that nobody reads is never taken for the next request (RFC 9112, section 9.3): the connection ends, and says so, or the body is left behind.</summary>
public sealed class UnreadBodyTests
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    public static TheoryData<string, bool, bool> Bodies
    {
        get
        {
            var data = new TheoryData<string, bool, bool>();
            foreach (var path in new[] { "/keeps", "/closes", "/gone", "/redirected" })
            {
                foreach (var (isChunked, expects) in new[] { (false, false), (false, true), (true, false), (true, true) })
                    data.Add(path, isChunked, expects);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task What_follows_a_response_that_did_not_wait_for_the_body_is_not_a_request_of_its_own(string path, bool isChunked, bool expects)
    {
        await using var app = ScriptedApp.Serving(AnswerAtOnceAsync);
        await using var sidecar = await Routes.OfAsync(app, "Match:Path=/redirected", "Redirect:Path=/new");
        using (var client = await sidecar.ConnectAsync())
        {
            await client.SendAsync(Post(path, isChunked, expects));
            var response = await client.ReadMessageAsync();
            if (response.StartsWith("HTTP/1.1 100 ", StringComparison.Ordinal))
                response = await client.ReadMessageAsync();
            response.ShouldMatch("^HTTP/1.1 (302|417|502) ");

            if (response.FieldsOf("Connection").Contains("close", StringComparer.OrdinalIgnoreCase))
            {
                (await client.IsClosedByPeerAsync()).ShouldBeTrue();
            }
            else
            {
                await client.SendAsync("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
                (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");
            }
        }

        await ShouldHaveServedAsync(sidecar, path, "/next");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_is_given_up_before_its_body_was_wanted_is_the_last_of_its_connection(bool isChunked)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:ContinueTimeout=1m", "Sidecar:Limits:HalfCloseTimeout=50ms");

        // It is by chance whether the connection ends before somebody reads on.
        for (var i = 0; i < 10; i++)
        {
            using var client = await sidecar.ConnectAsync();
            await client.SendAsync(Post("/given-up", isChunked, expects: true));
            var connection = await app.AcceptedAsync();
            await connection.ReadHeadAsync();
            client.Socket.Shutdown(SocketShutdown.Send);
            await client.EndsAsync();
            await connection.EndsAsync();
        }

        await ShouldHaveServedAsync(sidecar, "/given-up");
    }

    [Theory]
    [InlineData("Content-Length: 1099511627776\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nfffffffffff\r\n")]
    public async Task A_client_that_goes_on_with_a_body_that_nobody_wants_is_cut_off_whatever_the_time(string body)
    {
        var time = new ManualTime();
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1", time.Drive);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync($"OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n{body}");
        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 204 ");

        await Should.ThrowAsync<SocketException>(async () =>
        {
            var megabyte = new byte[1024 * 1024];
            for (var sent = 0; sent < 512; sent++)
                await client.SendAsync(megabyte);
        });
    }

    private static string Post(string path, bool isChunked, bool expects) =>
        $"POST {path} HTTP/1.1\r\nHost: a\r\n{(expects ? "Expect: 100-continue\r\n" : "")}"
        + (isChunked ? $"Transfer-Encoding: chunked\r\n\r\n{Smuggled.Length:x}\r\n{Smuggled}\r\n0\r\n\r\n" : $"Content-Length: {Smuggled.Length}\r\n\r\n{Smuggled}");

    private static async Task AnswerAtOnceAsync(RawConnection connection)
    {
        var head = await connection.ReadHeadAsync();
        if (head.StartsWith("GET /next ", StringComparison.Ordinal))
        {
            await connection.SendAsync(Answers.Ok);
            return;
        }

        var closes = head.StartsWith("POST /closes ", StringComparison.Ordinal);
        if (closes || head.StartsWith("POST /keeps ", StringComparison.Ordinal))
            await connection.SendAsync($"HTTP/1.1 417 Expectation Failed\r\n{(closes ? "Connection: close\r\n" : "")}Content-Length: 2\r\n\r\nno");
        if (!head.StartsWith("POST /keeps ", StringComparison.Ordinal))
            connection.Dispose();
        else
            await connection.ReadBodyAsync(head);
    }

    private static async Task ShouldHaveServedAsync(RunningSidecar sidecar, params string[] paths)
    {
        await sidecar.StopAsync();
        var served = sidecar.Logs.Drain().Where(record => record.Category == AccessLog.Category).Select(record => (string)record.Attributes["url.path"]!).ToArray();
        served.ShouldNotBeEmpty();
        served.ShouldBeSubsetOf(paths);
    }
}
