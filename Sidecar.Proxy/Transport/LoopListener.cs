using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Sidecar.Proxy.Transport;

/// <summary>
/// Accepts connections, one whenever it is asked to, and gives them to the loops in turn. One socket for all loops: with a socket a loop (SO_REUSEPORT) the kernel deals by a hash, which
/// gives few connections of long life to the loops unevenly, and a loop that has to pause would keep those that wait at its socket from the others;
/// with EPOLLEXCLUSIVE the loop that is woken first gets them all.
/// </summary>
internal sealed class LoopListener : LoopHandle, IConnectionListener
{
    // The most a socket's address takes.
    private const int AddressSize = 128;

    // What a connection's first request moves, and more.
    private const int Cost = 16 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly EventLoops _loops;
    private readonly MemoryPool<byte> _memory;
    private readonly AcceptOperation _accepting;
    private readonly TaskCompletionSource _whenUnbound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isUnbindAsked;
    private bool _isUnbound;

    /// <summary>Takes over a listening socket.</summary>
    /// <param name="loop">The loop that accepts.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="loops">The loops that get the connections.</param>
    /// <param name="memory">Where those who serve them take their memory from.</param>
    public LoopListener(EventLoop loop, Socket socket, EventLoops loops, MemoryPool<byte> memory)
        : base(loop, (int)socket.Handle)
    {
        (_socket, _loops, _memory, EndPoint) = (socket, loops, memory, socket.LocalEndPoint!);
        _accepting = new(this);
        // What is accepted inherits it.
        if (EndPoint is IPEndPoint)
            Libc.SetNoDelay(Fd);
        Libc.StopBlocking(Fd);
        Schedule();
    }

    /// <inheritdoc />
    public EndPoint EndPoint { get; }

    /// <inheritdoc />
    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        if (Loop.IsCurrent && !Loop.IsTurnOver && TryAccept(out var connection))
            return new(connection);
        return new(_accepting, _accepting.Begin(cancellationToken));
    }

    /// <inheritdoc />
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _isUnbindAsked = true;
        Schedule();
        return new(_whenUnbound.Task);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => UnbindAsync();

    /// <inheritdoc />
    public override void OnEvents(LoopEvents events) => _accepting.Advance();

    /// <inheritdoc />
    public override void OnFailed(Exception exception) => _ = ScheduleLaterAsync();

    /// <inheritdoc />
    protected override void OnScheduled()
    {
        if (_isUnbindAsked && !_isUnbound)
        {
            _isUnbound = true;
            Loop.Remove(this);
            _socket.Dispose();
            _whenUnbound.TrySetResult();
        }
        else if (Generation == 0 && !_isUnbound)
        {
            Loop.Add(this);
        }

        _accepting.Advance();
    }

    private async Task ScheduleLaterAsync()
    {
        await Task.Delay(Pause);
        Schedule();
    }

    private unsafe bool TryAccept(out ConnectionContext? connection)
    {
        connection = null;
        if (_isUnbound)
            return true;
        var address = stackalloc byte[AddressSize];
        while (true)
        {
            var length = AddressSize;
            var fd = Libc.Accept(Fd, address, &length, Libc.NonBlocking);
            if (fd >= 0)
            {
                Loop.Spend(Cost);
                var remote = EndPointOf(new(address, length));
                length = AddressSize;
                var local = Libc.LocalName(fd, address, &length) == 0 ? EndPointOf(new(address, length)) : null;
                connection = new LoopConnection(new LoopSocket(_loops.Next(), fd, isConnected: true), local, remote, _memory);
                return true;
            }

            switch (Libc.Error)
            {
                case Libc.WouldBlock:
                    return false;
                case Libc.NoMemory or Libc.NoFilesInSystem or Libc.NoFiles or Libc.NoBuffers:
                    // No descriptor or memory left. Nothing would tell when there is: those that wait have been told of.
                    _ = ScheduleLaterAsync();
                    return false;
                case var error when _isUnbindAsked && error is Libc.BadDescriptor or Libc.Invalid:
                    return true;
                default:
                    // Interrupted, or a client that has left already, or its network has failed.
                    continue;
            }
        }
    }

    private static IPEndPoint? EndPointOf(ReadOnlySpan<byte> address)
    {
        switch (MemoryMarshal.Read<ushort>(address))
        {
            case Libc.IPv4:
                return new IPEndPoint(new IPAddress(address.Slice(4, 4)), (address[2] << 8) | address[3]);
            case Libc.IPv6:
                return new IPEndPoint(new IPAddress(address.Slice(8, 16), MemoryMarshal.Read<uint>(address[24..])), (address[2] << 8) | address[3]);
            default:
                return null;
        }
    }

    private sealed class AcceptOperation(LoopListener listener) : LoopOperation<ConnectionContext?>(listener)
    {
        protected override bool TryRun(out ConnectionContext? result) => listener.TryAccept(out result);
    }
}
