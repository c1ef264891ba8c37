using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Sidecar.Proxy.Transport;

/// <summary>A connection's bytes into and out of its user's buffers.</summary>
internal sealed class LoopStream : AsyncStream
{
    private readonly LoopSocket _socket;
    private readonly ReadOperation _reading;
    private readonly WriteOperation _writing;

    /// <summary>Reads and writes a socket.</summary>
    /// <param name="socket">The socket.</param>
    public LoopStream(LoopSocket socket)
        : base(Null)
    {
        _socket = socket;
        socket.Reader = _reading = new(socket);
        socket.Writer = _writing = new(socket);
    }

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_socket.MayReceive && Receive(_socket, buffer.Span) is >= 0 and var count)
            return new(count);
        _reading.Buffer = buffer;
        return new(_reading, _reading.Begin(cancellationToken));
    }

    /// <inheritdoc />
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_socket.TrySendLater(buffer.Span))
            return default;
        var sent = Send(_socket, buffer.Span);
        if (sent == buffer.Length)
            return default;
        _writing.Rest = buffer[sent..];
        return new(_writing, _writing.Begin(cancellationToken));
    }

    /// <inheritdoc />
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _ = _socket.CloseAsync();
        base.Dispose(disposing);
    }

    private static int Receive(LoopSocket socket, Span<byte> buffer)
    {
        try
        {
            return socket.Receive(buffer);
        }
        catch (Exception exception) when (exception is SocketException or ConnectionAbortedException)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private static int Send(LoopSocket socket, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return socket.Send(bytes);
        }
        catch (Exception exception) when (exception is SocketException or ConnectionAbortedException)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private sealed class ReadOperation(LoopSocket socket) : LoopOperation<int>(socket)
    {
        public Memory<byte> Buffer { get; set; }

        protected override bool TryRun(out int result)
        {
            result = socket.IsReadable && Buffer.IsEmpty ? 0 : -1;
            // One that is over says so.
            if (result < 0 && (socket.IsOver || socket.MayReceive))
                result = Receive(socket, Buffer.Span);
            if (result < 0 && socket.IsReadable)
                socket.Schedule();
            if (result >= 0)
                Buffer = default;
            return result >= 0;
        }
    }

    private sealed class WriteOperation(LoopSocket socket) : LoopOperation<bool>(socket)
    {
        public ReadOnlyMemory<byte> Rest { get; set; }

        protected override bool TryRun(out bool result)
        {
            result = true;
            Rest = Rest[Send(socket, Rest.Span)..];
            return Rest.IsEmpty;
        }

        protected override void OnCancelled() => socket.Abort(new("A write was cancelled."));
    }
}
