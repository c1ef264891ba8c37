using System.Net.Sockets;
using System.Text.Json;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>What the sidecar does not take is answered by what it is, not by how it came, and leaves the same traces as any request.</summary>
public sealed class RejectionTests
{
    private const string Chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static readonly string Long = new('a', 2000);

    private static readonly string[] Limits =
        ["Sidecar:Limits:MaxRequestLineBytes=200", "Sidecar:Limits:MaxRequestHeadBytes=1000", "Sidecar:Limits:MaxRequestHeaders=5", "Sidecar:Limits:MaxRequestBodyBytes=10"];

    public static TheoryData<string, int> Requests => new()
    {
        { $"GET /{new string('a', 300)} HTTP/1.1\r\nHost: a\r\n\r\n", 414 },
        { $"GET /{Long} HTTP/1.1\r\nHost: a\r\n\r\n", 414 },
        { $"GET / HTTP/1.1\r\nHost: a\r\nX: {Long}\r\n\r\n", 431 },
        { $"GET / HTTP/1.1\r\nHost: a\r\nA: {new string('a', 600)}\r\nB: {new string('b', 600)}\r\n\r\n", 431 },
        { "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n\r\n", 431 },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world", 413 },
        { $"{Chunked}b\r\nhello world\r\n0\r\n\r\n", 413 },
        { $"{Chunked}5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", 413 },
        { "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nno colon\r\n\r\n", 400 },
        { "GET / http/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET /\r\n\r\n", 400 },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400 },
        { $"{Chunked}zz\r\n", 400 },
        { $"{Chunked}5\r\nhello\r\nzz\r\n", 400 },
        { "\u0016\u0003\u0001\u0002\0\u0001\u0001\u0001\u0001\u0001\r\n\r\n", 400 },
        { "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505 },
        { "GET / HTTP/9.9\r\n\r\n", 505 },
        { "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405 },
        { "post / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 501 },
    };

    /// <summary>Requests with two faults: which of them counts is nobody's business but must not depend on packets.</summary>
    public static TheoryData<string> Doubtful =>
    [
        $"GET / HTTP/1.1\r\nno colon\r\nX: {Long}\r\n\r\n",
        $"GET / HTTP/1.1\r\nX: {Long}\r\nno colon\r\n\r\n",
        $"GET /\u00e9{Long} HTTP/1.1\r\nHost: a\r\n\r\n",
        $"GET /{Long} HTTP/9.9\r\nHost: a\r\n\r\n",
        $"{Long}\r\n\r\n",
        $"{Long} / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nContent-Length: 12\r\n\r\nhello world",
        $"GET / HTTP/9.9\r\nHost: a\r\nX: {Long}\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task In_one_packet_it_is_problem_details_with_an_id_that_the_record_has_too(string request, int status) => await ShouldBeRejectedAsync(request, status, request.Length);

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Byte_by_byte_it_is_the_same(string request, int status) => await ShouldBeRejectedAsync(request, status, 1);

    [Theory]
    [MemberData(nameof(Doubtful))]
    public async Task Of_two_faults_the_same_counts_however_the_bytes_come(string request)
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1", Limits);

        var whole = await SendAsync(sidecar, request, request.Length);
        var pieces = await SendAsync(sidecar, request, 1);

        whole.ShouldMatch("^HTTP/1.1 (400|413|414|431|505) ");
        pieces.Split("\r\n")[0].ShouldBe(whole.Split("\r\n")[0]);
    }

    [Fact]
    public async Task A_head_that_does_not_come_whole_in_time_is_one_too()
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1", "Sidecar:Limits:HeaderTimeout=50ms");

        var response = await sidecar.ExchangeAsync("GET / HTTP/1.1\r\nHost:");

        await ShouldBeRecordedAsync(sidecar, response, 408);
    }

    [Theory]
    [InlineData("Content-Length: 11")]
    [InlineData("Content-Length: 1\r\nContent-Length: 2")]
    public async Task A_client_that_expects_continue_gets_the_rejection_in_its_place(string lengths)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Limits);

        (await sidecar.ExchangeAsync($"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n{lengths}\r\n\r\n")).ShouldMatch("^HTTP/1.1 (400|413) ");
        app.Accepted.ShouldBe(0);
    }

    [Theory]
    [InlineData("line", @"^legacy - - - \S+ - \d+$")]
    [InlineData("clf", @"^127\.0\.0\.1 - - \[[^\]]+\] ""\S+( \S+ \S+)?"" 400 \d+$")]
    [InlineData("clf", @"""GET \S+ HTTP/1\.1""|""- - -""")]
    public async Task What_cannot_be_read_is_a_dash_in_the_log_and_never_a_hole(string format, string pattern)
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1", $"Sidecar:AccessLog:Format={format}");

        foreach (var request in new[] { "GET /\u00c3\u00a9 HTTP/1.1\r\nHost: a\r\n\r\n", "\u0016\u0003\u0001\u0002\0\u0001\r\n\r\n", "\0\0\0\0\r\n\r\n" })
        {
            await sidecar.ExchangeAsync(request);
            (await sidecar.AccessLog.NextAsync()).ShouldMatch(pattern);
        }
    }

    [Theory]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\r\n\r\n", "-", "-", "-")]
    [InlineData("GET /a HTTP/1.1\r\nno colon\r\n\r\n", "GET", "/a", "1.1")]
    [InlineData("GET /a HTTP/1.0\r\nno colon\r\n\r\n", "GET", "/a", "1.0")]
    [InlineData("GET /a\r\n\r\n", "GET", "-", "-")]
    [InlineData("GET /a HTTP/2.0\r\nHost: a\r\n\r\n", "GET", "-", "2")]
    [InlineData("GET /a HTTP/7.3\r\nHost: a\r\n\r\n", "GET", "-", "-")]
    public async Task As_json_the_record_has_what_could_be_read_and_a_dash_for_the_rest(string request, string method, string path, string version)
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1", "Sidecar:AccessLog:Format=json");

        await sidecar.ExchangeAsync(request);

        var record = JsonDocument.Parse(await sidecar.AccessLog.NextAsync()).RootElement;
        record.GetProperty("http.request.method").GetString().ShouldBe(method);
        record.GetProperty("url.path").GetString().ShouldBe(path);
        record.GetProperty("network.protocol.version").GetString().ShouldBe(version);
        record.GetProperty("http.response.status_code").GetInt32().ShouldBeOneOf(400, 505);
    }

    private static async Task ShouldBeRejectedAsync(string request, int status, int size)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Limits);

        await ShouldBeRecordedAsync(sidecar, await SendAsync(sidecar, request, size), status);
    }

    private static async Task ShouldBeRecordedAsync(RunningSidecar sidecar, string response, int status)
    {
        response.ShouldBeRejected(status);
        var record = (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes;
        record["http.response.status_code"].ShouldBe(status);
        record["sidecar.request_id"].ShouldBe(response.FieldsOf("X-Request-Id")[0]);
        record["error.type"].ShouldNotBeNull();
        record["sidecar.ended_by"].ShouldBe("sidecar");
        await sidecar.StopAsync();
        sidecar.Logs.Drain().Where(more => more.Category == AccessLog.Category).ShouldBeEmpty();
    }

    private static async Task<string> SendAsync(RunningSidecar sidecar, string request, int size)
    {
        using var client = await sidecar.ConnectAsync();
        try
        {
            foreach (var piece in request.Chunk(size))
                await client.SendAsync(new string(piece));
        }
        catch (SocketException)
        {
            // It has heard enough.
        }

        return await client.ReadMessageAsync();
    }
}
