using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Tests.Wire;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Tests.Transport;

/// <summary>Bytes on event loops.</summary>
public sealed class ConnectionDataTests
{
    [Fact]
    public async Task Bytes_that_nobody_has_used_stay_until_more_come()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        await using var __ = connection;

        var input = connection.Transport.Input;
        await client.SendAsync("one");
        var read = await input.ReadAsync(Patience.Token()).OffLoopAsync();
        input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        var next = input.ReadAsync(Patience.Token()).OffLoopAsync();
        next.IsCompleted.ShouldBeFalse();
        await client.SendAsync("two");
        read = await next;

        read.Buffer.Length.ShouldBe(6);
        input.AdvanceTo(read.Buffer.GetPosition(2));
        (await connection.ReadAsync(4)).ShouldBe("etwo");
    }

    [Fact]
    public async Task Bytes_that_nobody_has_looked_at_are_not_waited_for()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        await using var __ = connection;
        await client.SendAsync("12345");
        (await connection.ReadAsync(3)).ShouldBe("123");

        connection.Transport.Input.TryRead(out var rest).ShouldBeTrue();

        rest.Buffer.Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_message_larger_than_any_buffer_arrives_whole()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        await using var __ = connection;
        var message = string.Concat(Enumerable.Range(0, 100_000).Select(static i => i % 10));

        var sending = client.SendAsync(message);

        (await connection.ReadAsync(message.Length)).ShouldBe(message);
        await sending;
    }

    [Fact]
    public async Task A_flush_waits_for_a_client_that_does_not_read_and_ends_when_it_does()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        await using var __ = connection;
        // More than the kernel holds for both.
        var text = new string('x', 32 * 1024 * 1024);

        var writing = connection.WriteAsync(text);
        await client.ReadExactlyAsync(1);
        writing.IsCompleted.ShouldBeFalse();
        await client.ReadExactlyAsync(text.Length - 1);

        (await writing).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Megabytes_pass_both_ways_at_once_through_small_buffers()
    {
        await using var server = await LoopServer.StartAsync();
        _ = server.ServeAsync(PipeText.EchoAsync);
        using var client = await server.ConnectAsync();
        client.Socket.SendBufferSize = client.Socket.ReceiveBufferSize = 16 * 1024;
        var piece = string.Concat(Enumerable.Range(0, 10_007).Select(static i => (char)('a' + (i % 26))));

        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
                await client.SendAsync(piece);
        }, TestContext.Current.CancellationToken);

        for (var i = 0; i < 200; i++)
            (await client.ReadExactlyAsync(piece.Length)).ShouldBe(piece);
        await sending;
    }

    [Fact]
    public async Task Small_messages_and_large_ones_keep_their_order_on_and_off_the_loop()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        await using var __ = connection;
        var large = new string('x', 300_000);
        // The read waits, so that it goes on on the loop.
        var writing = WriteAsync();

        await client.SendAsync("x");

        (await client.ReadExactlyAsync(300_010)).ShouldBe($"a{large}bcdefghij");
        await writing;

        async Task WriteAsync()
        {
            await connection.Transport.Input.ReadAsync().ConfigureAwait(false);
            connection.Features.Get<ITransportFeature>()!.IsLocal.ShouldBeTrue();
            await WriteOnAsync(connection, "a");
            await WriteOnAsync(connection, large);
            await WriteOnAsync(connection, "b");
            await WriteOnAsync(connection, "c");
            // The loop's turn may not have ended.
            await Task.Run(() => WriteOnAsync(connection, "defghij").AsTask());
        }
    }

    [Fact]
    public async Task Small_messages_for_a_client_that_does_not_read_wait_and_none_is_lost()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        await using var __ = connection;
        var written = 0;
        var waits = new TaskCompletionSource();
        var writing = WriteAsync();

        await client.SendAsync("x");
        await waits.Task.WaitAsync(Patience.Token());
        written.ShouldBeLessThan(64 * 1024);
        var text = await client.ReadThroughAsync("end");

        await writing;
        text.ShouldBe(string.Concat(Enumerable.Range(0, written).Select(static i => $"{i:d1000}")) + "end");

        async Task WriteAsync()
        {
            await connection.Transport.Input.ReadAsync().ConfigureAwait(false);
            var waited = false;
            for (; !waited; written++)
            {
                var flush = WriteOnAsync(connection, $"{written:d1000}");
                waited = !flush.IsCompleted;
                if (waited)
                    waits.SetResult();
                await flush;
            }

            await WriteOnAsync(connection, "end");
            // As whoever has answered the last request does.
            await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task Who_waits_for_bytes_goes_on_on_the_loop_from_whatever_thread_it_came()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        await using var __ = connection;
        var isLocal = IsLocalAfterReadAsync(connection);

        await client.SendAsync("x");

        (await isLocal).ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_never_pauses_holds_nobody_up()
    {
        await using var server = await LoopServer.StartAsync();
        _ = server.ServeAsync(PipeText.EchoAsync);
        using var busy = await server.ConnectAsync();
        var flood = FloodAsync(busy.Socket);

        for (var i = 0; i < 100; i++)
        {
            using var other = await server.ConnectAsync();
            await other.SendAsync("hello");
            (await other.ReadExactlyAsync(5)).ShouldBe("hello");
        }

        busy.Reset();
        await flood;
    }

    [Fact]
    public async Task Connections_that_come_and_go_get_nobody_elses_bytes()
    {
        await using var server = await LoopServer.StartAsync(loops: 2);
        _ = server.ServeAsync(PipeText.EchoAsync);

        await Parallel.ForAsync(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (number, _) =>
        {
            using var client = await server.ConnectAsync();
            var text = $"{number:d8}";
            await client.SendAsync(text);
            if (number % 3 == 0)
                client.Reset();
            else
                (await client.ReadExactlyAsync(8)).ShouldBe(text);
        });
    }

    /// <summary>Writes, and stays on the thread.</summary>
    private static ValueTask<FlushResult> WriteOnAsync(ConnectionContext connection, string text) => connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text));

    private static async Task<bool> IsLocalAfterReadAsync(ConnectionContext connection)
    {
        await connection.Transport.Input.ReadAsync().ConfigureAwait(false);
        return connection.Features.Get<ITransportFeature>()!.IsLocal;
    }

    /// <summary>Sends and reads as fast as it can until the connection ends.</summary>
    private static async Task FloodAsync(Socket socket)
    {
        var (piece, nothing) = (new byte[256 * 1024], new byte[256 * 1024]);
        try
        {
            await Task.WhenAll(SendAsync(), ReceiveAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has ended.
        }

        async Task SendAsync()
        {
            while (true)
                await socket.SendAsync(piece);
        }

        async Task ReceiveAsync()
        {
            while (await socket.ReceiveAsync(nothing) > 0)
            {
            }
        }
    }
}
