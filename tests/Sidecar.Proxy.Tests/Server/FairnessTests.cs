using System.Net.Sockets;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>One client's traffic is not another's delay.</summary>
public sealed class FairnessTests
{
    private const string Endless = "Content-Length: 1000000000000\r\n\r\n";

    [Fact]
    public async Task Transfers_without_an_end_and_clients_that_do_not_read_hold_nobody_up()
    {
        await using var app = ScriptedApp.Serving(ServeAsync);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Listener:Loops=1");
        var others = new List<RawConnection>();
        var transfers = new List<Task>();
        for (var i = 0; i < 4; i++)
        {
            transfers.Add(ReceiveEndlesslyAsync(await OpenAsync("GET /download")));
            transfers.Add(SendEndlesslyAsync(await OpenAsync("POST /upload", Endless)));
            await OpenAsync("GET /download");
        }

        using var client = await sidecar.ConnectAsync();
        for (var i = 0; i < 100; i++)
            await AskAsync(client);

        others.ForEach(static other => other.Reset());
        await Task.WhenAll(transfers);

        async Task<RawConnection> OpenAsync(string request, string rest = "\r\n")
        {
            var connection = await sidecar.ConnectAsync();
            others.Add(connection);
            await connection.SendAsync($"{request} HTTP/1.1\r\nHost: a\r\n{rest}");
            return connection;
        }
    }

    [Fact]
    public async Task A_thousand_idle_connections_hold_nobody_up_and_can_still_be_used()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var idle = new List<RawConnection>();
        for (var i = 0; i < 1000; i++)
        {
            idle.Add(await sidecar.ConnectAsync());
            // Half of them have never said a word.
            if (i % 2 == 0)
                await AskAsync(idle[i]);
        }

        using var client = await sidecar.ConnectAsync();
        for (var i = 0; i < 100; i++)
            await AskAsync(client);

        foreach (var connection in idle)
        {
            await AskAsync(connection);
            connection.Dispose();
        }
    }

    private static async Task AskAsync(RawConnection client)
    {
        await client.SendAsync("GET /small HTTP/1.1\r\nHost: a\r\n\r\n");
        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    private static async Task ServeAsync(RawConnection connection)
    {
        var head = await connection.ReadHeadAsync();
        if (head.StartsWith("GET /small", StringComparison.Ordinal))
        {
            await connection.SendAsync(Answers.Ok);
        }
        else if (head.StartsWith("POST", StringComparison.Ordinal))
        {
            await ReceiveEndlesslyAsync(connection);
        }
        else
        {
            await connection.SendAsync($"HTTP/1.1 200 OK\r\n{Endless}");
            await SendEndlesslyAsync(connection);
        }
    }

    private static async Task SendEndlesslyAsync(RawConnection connection)
    {
        var piece = new byte[256 * 1024];
        try
        {
            while (true)
                await connection.Socket.SendAsync(piece);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private static async Task ReceiveEndlesslyAsync(RawConnection connection)
    {
        var room = new byte[256 * 1024];
        try
        {
            while (await connection.Socket.ReceiveAsync(room) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }
}
