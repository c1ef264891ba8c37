using System.Net;
using System.Net.Sockets;
using Sidecar.Proxy.Tests.Wire;
using Sidecar.Proxy.Upstream;

namespace Sidecar.Proxy.Tests.Upstream;

/// <summary>A thread of the sockets' serves many connections; no transfer may keep it.</summary>
public sealed class UpstreamConnectionTests
{
    private const int Turn = 256 * 1024;

    [Fact]
    public async Task A_download_that_never_has_to_wait_makes_way_for_others()
    {
        using var connection = await OpenAsync();

        var filled = UntilItMakesWay(16 * 1024, () =>
        {
            connection.Advance(connection.Input.Length);
            return connection.FillAsync(CancellationToken.None).AsTask();
        });

        filled.ShouldBeInRange(Turn / 2, Turn);
    }

    [Fact]
    public async Task An_upload_that_never_has_to_wait_makes_way_for_others()
    {
        using var connection = await OpenAsync();

        var sent = UntilItMakesWay(16 * 1024, () =>
        {
            connection.Write(new byte[16 * 1024]);
            return connection.FlushAsync(CancellationToken.None).AsTask();
        });

        sent.ShouldBeInRange(Turn / 2, Turn);
    }

    private static int UntilItMakesWay(int step, Func<Task> move)
    {
        var before = SynchronizationContext.Current;
        // What makes way is put off to here, where nobody goes on with it, however slow this thread is to look.
        SynchronizationContext.SetSynchronizationContext(new Standstill());
        try
        {
            var moved = 0;
            while (moved < 2 * Turn && move().IsCompleted)
                moved += step;
            return moved;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private static async Task<UpstreamConnection> OpenAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint, TestContext.Current.CancellationToken);
        return new UpstreamConnection(socket, new EndlessStream(), opened: 0);
    }

    private sealed class Standstill : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }

    /// <summary>Always has bytes and always takes bytes.</summary>
    private sealed class EndlessStream : UnseekableStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override void Write(byte[] buffer, int offset, int count)
        {
        }

        public override void Flush()
        {
        }
    }
}
