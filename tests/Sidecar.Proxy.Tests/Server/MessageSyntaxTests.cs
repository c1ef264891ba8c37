using System.Net.Sockets;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>What a request may look like beside the usual (RFC 9112, sections 2.2, 2.3, 7.1 and 9.3).</summary>
public sealed class MessageSyntaxTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    /// <summary>The first chunk's size and what may follow it; the chunk is <c>hello</c>.</summary>
    public static TheoryData<string> ChunkLines =>
    [
        "5", "05", "00000005", "5;a", "5;a=b", "5;a=b;c;d=e", "5 ;a", "5; a", "5\t; \ta \t=\t b", "5 ;a = b ; c = \"d\"",
        "5;a=\"\"", "5;a=\"x y\tz\"", "5;a=\"\u00e4\u00ff\"", "5;a=\"x\\\"y\\\\\"", "5;a=\"\\\t\\\u00ff\"", "5;a=\"1;2=3,4\"", "5;a!#$%&'*+-.^_`|~=b",
    ];

    /// <summary>What may not: another parser could find another end of it.</summary>
    public static TheoryData<string> InvalidChunkLines =>
    [
        "5 ", "5\t", " 5", "\t5", "5;a ", "5;a=b ", "5;", "5;;a", "5;=b", "5;a=", "5;a=b=c", "5;a=\"b", "5;a=\"b\\", "5;a=\"b\"c", "5;a=b\"c\"", "5;a b", "5,a", "5=a", "5.", "5 a", "5h", "g", "+5", "0x5", "5;a=\u00e4", "5;\u00e4",
        "5;a=\"\0\"", "5;a=\"\u0001\"", "5;a=\"\u007f\"", "5;a=\"\\\u0001\"", "5;a=\"\\\0\"", "5;a=\"x\ny\"", "5;a=\"x\ry\"", "5;a=\"x\n", "5;a\n", "5\r", "5;a\r",
    ];

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r\n\r\n\r\n")]
    public async Task Empty_lines_before_a_request_are_ignored(string lines)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        (await sidecar.ExchangeAsync(lines + Get)).ShouldStartWith("HTTP/1.1 200 OK\r\n");
        using var client = await sidecar.ConnectAsync();
        foreach (var piece in lines + Get)
            await client.SendAsync(piece.ToString());
        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 200 OK\r\n");
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")]
    [InlineData(Get)]
    public async Task An_empty_line_behind_a_request_is_ignored_whether_the_next_comes_with_it_or_later(string request)
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            if ((await connection.ReadMessageAsync()).Contains("chunked", StringComparison.OrdinalIgnoreCase))
                await connection.ReadChunkedAsync();
            await connection.SendAsync(Answers.Ok);
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(request + "\r\n");
        (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");
        await client.SendAsync(Get);
        (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");
        await client.SendAsync($"{request}\r\n{Get}");
        (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");
        (await client.ReadMessageAsync()).ShouldEndWith("\r\n\r\nok");
    }

    [Fact]
    public async Task Empty_lines_alone_are_no_request()
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1");
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("\r\n\r\n");
        client.Socket.Shutdown(SocketShutdown.Send);

        (await client.ReadToEndAsync()).ShouldBeEmpty();
        await sidecar.StopAsync();
        sidecar.Logs.Drain().Where(record => record.Category == AccessLog.Category).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("HTTP/1.2")]
    [InlineData("HTTP/1.9")]
    public async Task A_later_minor_version_is_1_1(string version)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 2; i++)
            await client.SendAsync($"POST / {version}\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");

        var connection = await app.AcceptedAsync();
        for (var i = 0; i < 2; i++)
        {
            (await connection.ReadHeadAsync()).ShouldStartWith("POST / HTTP/1.1\r\n");
            (await connection.ReadChunkedAsync()).Body.ShouldBe("hi");
            await connection.SendAsync(Answers.Ok);
            (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 200 OK\r\n");
        }
    }

    [Fact]
    public async Task A_client_of_HTTP_1_0_keeps_its_connection_if_it_asks_to_and_is_told_so()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync("GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n");
            var response = await client.ReadMessageAsync();
            response.FieldsOf("Connection").ShouldHaveSingleItem().ShouldBe("keep-alive", StringCompareShould.IgnoreCase);
            response.ShouldEndWith("\r\n\r\nok");
        }

        await client.SendAsync("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
        (await client.ReadToEndAsync()).ShouldEndWith("\r\n\r\nok");
    }

    [Fact]
    public async Task What_has_no_length_ends_the_connection_of_a_client_of_HTTP_1_0_although_it_asked_to_keep_it()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");

        var response = await client.ReadToEndAsync();
        response.FieldsOf("Transfer-Encoding").ShouldBeEmpty();
        response.FieldsOf("Connection").ShouldNotContain("keep-alive");
        response.ShouldEndWith("\r\n\r\nok");
    }

    [Theory]
    [MemberData(nameof(ChunkLines))]
    public async Task A_chunk_may_be_all_that_the_grammar_says(string line)
    {
        foreach (var size in new[] { int.MaxValue, 1 })
        {
            await using var app = ScriptedApp.Start();
            await using var sidecar = await RunningSidecar.StartAsync(app.Url);
            using var client = await sidecar.ConnectAsync();

            foreach (var piece in $"{Chunked}{line}\r\nhello\r\n0{line[line.LastIndexOf('5')..][1..]}\r\nX-Sum: 1\r\n\r\n".Chunk(size))
                await client.SendAsync(new string(piece));

            var connection = await app.AcceptedAsync();
            await connection.ReadHeadAsync();
            var (body, trailers) = await connection.ReadChunkedAsync();
            body.ShouldBe("hello");
            trailers.ShouldBe(["X-Sum: 1"]);
        }
    }

    [Theory]
    [MemberData(nameof(InvalidChunkLines))]
    public async Task What_is_outside_the_grammar_of_chunks_is_rejected_at_the_first_chunk_and_at_the_last(string line)
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.ReadChunkedAsync();
            await connection.SendAsync(Answers.Ok);
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        (await sidecar.ExchangeAsync($"{Chunked}{line}\r\nhello\r\n0\r\n\r\n")).ShouldBeRejected(400);
        if (line.Contains('5', StringComparison.Ordinal))
            (await sidecar.ExchangeAsync($"{Chunked}5\r\nhello\r\n{line.Replace('5', '0')}\r\n\r\n")).ShouldBeRejected(400);
    }

    [Fact]
    public async Task A_chunk_line_without_end_is_rejected()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Chunked + "5;a=");

        var sending = SendEndlesslyAsync();

        (await client.ReadMessageAsync()).ShouldMatch("^HTTP/1.1 4[0-9]{2} ");
        client.Dispose();
        await sending;

        async Task SendEndlesslyAsync()
        {
            try
            {
                while (true)
                    await client.SendAsync(new string('b', 10_000));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
            }
        }
    }
}
