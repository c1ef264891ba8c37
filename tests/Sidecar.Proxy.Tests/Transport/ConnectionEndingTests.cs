using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Tests.Wire;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Tests.Transport;

/// <summary>The ends of connections on event loops, from either side.</summary>
public sealed class ConnectionEndingTests
{
    [Fact]
    public async Task A_client_that_ends_its_half_is_told_of_while_its_bytes_wait_and_can_still_be_answered()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        await using var __ = connection;
        // Followed from the first look on.
        connection.Transport.Input.CancelPendingRead();
        connection.Transport.Input.AdvanceTo((await connection.Transport.Input.ReadAsync(Patience.Token()).OffLoopAsync()).Buffer.Start);

        await client.SendAsync("bye");
        client.Socket.Shutdown(SocketShutdown.Send);
        await HappensAsync(connection.Features.Get<ITransportFeature>()!.Ended);

        connection.ConnectionClosed.IsCancellationRequested.ShouldBeFalse();
        (await connection.ReadAsync(3)).ShouldBe("bye");
        (await connection.HasEndedAsync()).ShouldBeTrue();
        await HappensAsync(connection.ConnectionClosed);
        await connection.WriteAsync("answer");
        (await client.ReadExactlyAsync(6)).ShouldBe("answer");
        connection.Features.Get<ITransportFeature>()!.Broken.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task A_reset_is_told_of_though_nobody_reads()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        await using var _ = connection;
        await client.SendAsync("a request, and more");
        await connection.ReadAsync(9);

        client.Reset();

        await HappensAsync(connection.Features.Get<ITransportFeature>()!.Broken);
    }

    [Fact]
    public async Task A_reset_ends_a_read()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        await using var _ = connection;
        var reading = connection.ReadAsync(1);

        client.Reset();

        await Should.ThrowAsync<ConnectionResetException>(reading);
    }

    [Fact]
    public async Task What_is_written_to_a_client_that_is_gone_says_so()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        await using var _ = connection;
        client.Reset();

        var patience = Patience.Token();
        while (!(await connection.WriteAsync("x")).IsCompleted)
            patience.ThrowIfCancellationRequested();
    }

    [Fact]
    public async Task A_client_that_stops_reading_and_resets_ends_the_flush_that_waits_for_it()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        await using var _ = connection;
        var flush = connection.WriteAsync(new string('x', 64 * 1024 * 1024));
        await client.ReadExactlyAsync(1);

        client.Reset();

        (await flush).IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task To_abort_resets_the_client_and_ends_whatever_waits()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        await using var __ = connection;
        var reading = connection.ReadAsync(1);

        connection.Abort(new ConnectionAbortedException("enough"));

        await Should.ThrowAsync<OperationCanceledException>(reading);
        (await Should.ThrowAsync<SocketException>(client.ReadToEndAsync())).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        await HappensAsync(connection.ConnectionClosed);
        (await connection.WriteAsync("x")).IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task To_close_sends_what_was_written_and_then_the_end()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        var text = new string('x', 16 * 1024 * 1024);

        var writing = connection.WriteAsync(text);
        var closing = connection.DisposeAsync();

        (await client.ReadToEndAsync()).Length.ShouldBe(text.Length);
        (await writing).IsCompleted.ShouldBeFalse();
        await closing;
        connection.Features.Get<ITransportFeature>()!.IsClosed.ShouldBeTrue();
    }

    [Fact]
    public async Task To_end_a_half_leaves_the_other_open()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        await using var __ = connection;

        await connection.Features.Get<ITransportFeature>()!.ShutdownSendAsync(TimeProvider.System);

        (await client.ReadToEndAsync()).ShouldBeEmpty();
        await client.SendAsync("still");
        (await connection.ReadAsync(5)).ShouldBe("still");
    }

    [Fact]
    public async Task Both_sides_may_end_at_once()
    {
        await using var server = await LoopServer.StartAsync(loops: 2);
        for (var i = 0; i < 500; i++)
        {
            var (client, connection) = await server.PairAsync();
            await Task.WhenAll(
                Task.Run(client.Dispose, CancellationToken.None),
                Task.Run(() => connection.Abort(new ConnectionAbortedException()), CancellationToken.None),
                Task.Run(async () => await connection.DisposeAsync(), CancellationToken.None));
            connection.Features.Get<ITransportFeature>()!.IsClosed.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task What_is_written_as_a_connection_ends_reaches_nobody_else()
    {
        await using var server = await LoopServer.StartAsync(loops: 2);
        for (var i = 0; i < 500; i++)
        {
            var (client, connection) = await server.PairAsync();
            var writing = Task.Run(async () =>
            {
                while (!(await connection.WriteAsync("theirs")).IsCompleted)
                {
                }
            }, CancellationToken.None);
            connection.Abort(new ConnectionAbortedException());
            var (other, clean) = await server.PairAsync();
            await clean.WriteAsync("mine");
            await clean.DisposeAsync();

            (await other.ReadToEndAsync()).ShouldBe("mine");
            await writing;
            await connection.DisposeAsync();
            client.Dispose();
            other.Dispose();
        }
    }

    [Fact]
    public async Task A_read_is_given_up_by_token_and_by_cancelling_it_and_the_next_goes_on()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        await using var __ = connection;
        using var giveUp = new CancellationTokenSource();
        var input = connection.Transport.Input;

        var first = input.ReadAsync(giveUp.Token).OffLoopAsync();
        await giveUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        var second = input.ReadAsync(CancellationToken.None).OffLoopAsync();
        input.CancelPendingRead();
        (await second).IsCanceled.ShouldBeTrue();
        await client.SendAsync("x");

        (await connection.ReadAsync(1)).ShouldBe("x");
    }

    [Fact]
    public async Task Nobody_reads_twice_at_once()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        var first = connection.Transport.Input.ReadAsync(CancellationToken.None).OffLoopAsync();

        await Should.ThrowAsync<InvalidOperationException>(async () => await connection.Transport.Input.ReadAsync(CancellationToken.None));

        await connection.DisposeAsync();
        await Should.ThrowAsync<ObjectDisposedException>(first);
    }

    [Fact]
    public async Task A_listener_that_is_closed_ends_the_wait_for_a_client_and_leaves_connections_alone()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.PairAsync();
        using var _ = client;
        await using var __ = connection;
        var next = server.Listener.AcceptAsync(CancellationToken.None).OffLoopAsync();

        await server.Listener.UnbindAsync(CancellationToken.None);

        (await next).ShouldBeNull();
        (await Should.ThrowAsync<SocketException>(server.ConnectAsync())).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
        await client.SendAsync("x");
        (await connection.ReadAsync(1)).ShouldBe("x");
    }

    [Fact]
    public async Task Clients_that_have_left_before_they_are_accepted_hold_nobody_up()
    {
        await using var server = await LoopServer.StartAsync();
        for (var i = 0; i < 100; i++)
            (await server.ConnectAsync()).Reset();
        using var client = await server.ConnectAsync();
        await client.SendAsync("here");
        _ = server.ServeAsync(PipeText.EchoAsync);

        (await client.ReadExactlyAsync(4)).ShouldBe("here");
    }

    [Fact]
    public async Task A_target_that_refuses_is_told_by_its_name()
    {
        await using var server = await LoopServer.StartAsync();
        var port = server.Port;
        await server.Listener.UnbindAsync(CancellationToken.None);

        var connecting = server.Transport.ConnectAsync(new DnsEndPoint("127.0.0.1", port), Patience.Token()).OffLoopAsync();

        (await Should.ThrowAsync<SocketException>(connecting)).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }

    [Fact]
    public async Task A_target_that_does_not_answer_is_given_up()
    {
        await using var server = await LoopServer.StartAsync();
        // A queue of one, which nobody takes from: then the kernel lets further ones wait.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var giveUp = new CancellationTokenSource();
        var connecting = Enumerable.Range(0, 8).Select(_ => server.Transport.ConnectAsync(full.LocalEndPoint!, giveUp.Token).OffLoopAsync()).ToArray();
        await Patience.UntilAsync(() => connecting.Any(static one => one.IsCompleted));

        await giveUp.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(Task.WhenAll(connecting));
        foreach (var one in connecting.Where(static one => one.IsCompletedSuccessfully))
            await (await one).DisposeAsync();
    }

    [Fact]
    public async Task A_connection_to_a_target_breaks_off_for_whoever_reads_and_writes()
    {
        await using var server = await LoopServer.StartAsync();
        await using var connection = await server.Transport.ConnectAsync(server.Listener.EndPoint, Patience.Token()).OffLoopAsync();
        await using var app = await server.AcceptAsync();
        var stream = connection.Features.Get<ITransportFeature>()!.Stream;
        var reading = stream.ReadAsync(new byte[1], CancellationToken.None).OffLoopAsync();
        var writing = stream.WriteAsync(new byte[64 * 1024 * 1024], CancellationToken.None).AsTask();

        connection.Abort(new ConnectionAbortedException("enough"));

        await Should.ThrowAsync<IOException>(reading);
        await Should.ThrowAsync<IOException>(writing);
        await Should.ThrowAsync<ConnectionResetException>(app.ReadAsync(64 * 1024 * 1024));
    }

    private static async Task HappensAsync(CancellationToken token)
    {
        var happened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var _ = token.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), happened);
        await happened.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
    }
}
