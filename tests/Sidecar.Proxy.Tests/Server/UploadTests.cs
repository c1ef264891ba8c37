using System.Security.Cryptography;
using System.Text;
using Sidecar.Proxy.Tests.Wire;
using static Sidecar.Proxy.Tests.Server.Upload;

namespace Sidecar.Proxy.Tests.Server;

public sealed class UploadTests
{
    [Fact]
    public async Task A_body_goes_to_the_app_as_it_comes()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(Post(10));
        var connection = await app.AcceptedUploadAsync();
        await client.SendAsync("hello");
        (await connection.ReadExactlyAsync(5)).ShouldBe("hello");
        await client.SendAsync("world");
        (await connection.ReadExactlyAsync(5)).ShouldBe("world");
        await connection.SendAsync(Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
        (await sidecar.RecordAsync())["http.request.body.size"].ShouldBe(10L);
    }

    [Fact]
    public async Task Both_connections_have_the_next_request_behind_a_body()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();
        await connection.ReadThroughAsync("hello");

        // What comes with the body's end is the next request's.
        await client.SendAsync("world" + Post(6, "third"));
        await connection.ReadThroughAsync("world");
        await connection.SendAsync(Ok);
        (await client.ReadMessageAsync()).ShouldEndWith("ok");

        await connection.ReadUploadHeadAsync();
        (await connection.ReadExactlyAsync(5)).ShouldBe("third");
        await client.SendAsync("!");
        (await connection.ReadExactlyAsync(1)).ShouldBe("!");
        await connection.SendAsync(Ok);
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
        app.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task A_large_body_arrives_whole_while_its_answer_comes_back()
    {
        var body = RandomNumberGenerator.GetBytes(4 * 1024 * 1024);
        const int piece = 64 * 1024;
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(body.Length));
        var connection = await app.AcceptedUploadAsync();
        await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n");
        await client.ReadHeadAsync();

        var sent = client.SendAsync(body);
        var echoed = Task.Run(async () =>
        {
            for (var i = 0; i < body.Length; i += piece)
                await connection.SendAsync(await connection.ReadExactlyAsync(piece));
        }, TestContext.Current.CancellationToken);
        var received = new StringBuilder();
        while (received.Length < body.Length)
            received.Append(await client.ReadExactlyAsync(piece));

        await Task.WhenAll(sent, echoed);
        Encoding.Latin1.GetBytes(received.ToString()).ShouldBe(body);
    }

    [Fact]
    public async Task An_app_that_does_not_read_stops_the_client()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:IdleTimeout=1s");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(1_000_000_000_000));
        await app.AcceptedUploadAsync();

        var sending = SendEndlesslyAsync(client);

        (await client.ReadMessageAsync()).ShouldContain("error=http_response_timeout");
        client.Dispose();
        await sending;
        ((long)(await sidecar.RecordAsync())["http.request.body.size"]!).ShouldBeLessThan(64 * 1024 * 1024);
    }

    [Fact]
    public async Task A_body_may_be_as_large_as_is_allowed_and_no_larger()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:MaxRequestBodyBytes=10");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(10, "hello"));
        var connection = await app.AcceptedUploadAsync();
        await client.SendAsync("world");
        await connection.ReadThroughAsync("helloworld");
        await connection.SendAsync(Ok);
        await client.ReadMessageAsync();

        await client.SendAsync(Post(11, "hello"));

        (await client.ReadMessageAsync()).ShouldStartWith("HTTP/1.1 413");
        app.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task A_body_is_not_sent_again_when_the_app_closes_a_connection_of_the_pool()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Post(2, "o", "PUT"));
        var connection = await app.AcceptedUploadAsync();
        await client.SendAsync("k");
        await connection.ReadThroughAsync("ok");
        await connection.SendAsync(Ok);
        await client.ReadMessageAsync();
        await client.SendAsync(Post(2, "o", "PUT"));
        await connection.ReadUploadHeadAsync();

        connection.Dispose();

        (await client.ReadMessageAsync()).ShouldContain("error=connection_terminated");
        app.Accepted.ShouldBe(1);
    }

    private static async Task SendEndlesslyAsync(RawConnection client)
    {
        var megabyte = new byte[1024 * 1024];
        try
        {
            while (true)
                await client.SendAsync(megabyte);
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
        }
    }
}
