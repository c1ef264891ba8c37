using System.Net.Sockets;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>A client that still sends can read why it need not (RFC 9112, section 9.6): the sidecar ends its half, reads on for a while, and only then closes.</summary>
public sealed class LingeringCloseTests
{
    private const string Invalid = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n";

    private static readonly string Piece = new('a', 6000);

    public static TheoryData<string, int> Rejected => new()
    {
        { "GET /" + new string('a', 9000), 414 },
        { "GET / HTTP/1.1\r\nHost: a\r\nX: " + new string('a', 40_000), 431 },
        { Invalid, 400 },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n", 413 },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1770\r\n" + Piece, 413 },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n", 400 },
    };

    [Theory]
    [MemberData(nameof(Rejected))]
    public async Task A_rejected_client_can_read_why_to_the_end_and_go_on_sending_meanwhile(string request, int status)
    {
        await using var app = ScriptedApp.Serving(static async connection => await connection.ReadToEndAsync());
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:MaxRequestBodyBytes=5000");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(request);

        (await client.ReadToEndAsync()).ShouldBeRejected(status);

        for (var i = 0; i < 100; i++)
            await client.SendAsync(Piece);
    }

    [Fact]
    public async Task A_client_that_sends_twenty_megabytes_before_it_reads_can_read_why_they_were_in_vain()
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1");
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(Invalid);
        await client.SendAsync(new byte[20_000_000]);

        (await client.ReadToEndAsync()).ShouldBeRejected(400);
    }

    [Theory]
    [InlineData("Content-Length: 9\r\n\r\nhalf")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    public async Task A_response_that_breaks_off_takes_nothing_of_those_before_it_along(string broken)
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            if ((await connection.ReadHeadAsync()).StartsWith("GET /whole ", StringComparison.Ordinal))
            {
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + new string('a', 60_000));
                return;
            }

            await connection.SendAsync("HTTP/1.1 200 OK\r\n" + broken);
            connection.Reset();
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        // The kernel holds what the client does not read: a reset would throw it away.
        client.Socket.ReceiveBufferSize = 4096;

        await client.SendAsync("GET /whole HTTP/1.1\r\nHost: a\r\n\r\nGET /broken HTTP/1.1\r\nHost: a\r\n\r\n");
        await sidecar.AccessLog.NextAsync();
        await sidecar.AccessLog.NextAsync();

        (await client.ReadMessageAsync()).Length.ShouldBeGreaterThan(60_000);
        (await client.ReadToEndAsync()).ShouldEndWith(broken[^6..]);
    }

    [Fact]
    public async Task A_client_that_goes_on_with_its_upload_can_read_what_an_app_says_that_does_not_want_it()
    {
        await using var app = ScriptedApp.Serving(static async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
            connection.Dispose();
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        // It is by chance whether the app's end or its response is seen first.
        for (var i = 0; i < 20; i++)
        {
            using var client = await sidecar.ConnectAsync();
            await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var chunk = 0; chunk < 30; chunk++)
                await client.SendAsync($"1770\r\n{Piece}\r\n");
            await client.SendAsync("0\r\n\r\n");

            var response = await client.ReadMessageAsync();
            response.ShouldStartWith("HTTP/1.1 413 Too Large\r\n");
            response.ShouldEndWith("\r\n\r\nbig");
        }
    }

    [Fact]
    public async Task A_rejected_client_that_does_not_leave_is_cut_off_in_time()
    {
        var time = new ManualTime();
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1", time.Drive);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Invalid);
        (await client.ReadMessageAsync()).ShouldBeRejected(400);

        // A byte a second is not silence.
        await Should.ThrowAsync<SocketException>(() => Patience.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return client.Socket.Send("x"u8) == 0;
        }));
    }

    [Fact]
    public async Task A_rejected_client_that_sends_without_end_is_cut_off_whatever_the_time()
    {
        var time = new ManualTime();
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1", time.Drive);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Invalid);
        (await client.ReadMessageAsync()).ShouldBeRejected(400);

        await Should.ThrowAsync<SocketException>(async () =>
        {
            var megabyte = new byte[1024 * 1024];
            for (var sent = 0; sent < 1024; sent++)
                await client.SendAsync(megabyte);
        });
    }
}
