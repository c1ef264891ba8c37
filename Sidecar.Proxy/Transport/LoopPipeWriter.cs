using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Sidecar.Proxy.Transport;

/// <summary>What goes to a client. A flush is over when all of it is with the kernel, or a few bytes go there with the loop's turn, so that whoever writes goes no faster than the client reads.</summary>
internal sealed class LoopPipeWriter : PipeWriter
{
    private const int BufferSize = 4 * 1024;

    private readonly LoopSocket _socket;
    private readonly FlushOperation _operation;
    private byte[] _buffer = [];
    private int _count;
    private volatile TaskCompletionSource? _underWay;

    /// <summary>Writes to a socket.</summary>
    /// <param name="socket">The socket.</param>
    public LoopPipeWriter(LoopSocket socket)
    {
        _socket = socket;
        socket.Writer = _operation = new(this);
    }

    /// <inheritdoc />
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc />
    public override long UnflushedBytes => _count;

    /// <inheritdoc />
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsMemory(_count);
    }

    /// <inheritdoc />
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsSpan(_count);
    }

    /// <inheritdoc />
    public override void Advance(int bytes) => _count += bytes;

    /// <inheritdoc />
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_socket.IsOver)
        {
            _count = 0;
            return new(new FlushResult(isCanceled: false, isCompleted: true));
        }

        if (_underWay is { } earlier)
            return FlushAfterAsync(earlier.Task, cancellationToken);
        if (_count == 0)
            return default;
        if (_socket.TrySendLater(_buffer.AsSpan(0, _count)))
        {
            _count = 0;
            Release(ref _buffer);
            return default;
        }

        int? sent;
        try
        {
            sent = _socket.Send(_buffer.AsSpan(0, _count));
        }
        catch (Exception exception) when (exception is SocketException or ConnectionAbortedException or ObjectDisposedException)
        {
            sent = null;
        }

        if (sent < _count)
            return FlushRest(sent.Value, cancellationToken);
        _count = 0;
        Release(ref _buffer);
        return new(new FlushResult(isCanceled: false, isCompleted: sent is null));
    }

    /// <inheritdoc />
    public override void CancelPendingFlush()
    {
        // A flush that breaks off leaves half a message: who wants to be rid of it aborts the connection.
    }

    /// <inheritdoc />
    public override void Complete(Exception? exception = null)
    {
        if (exception is null && _count > 0)
            _ = FlushAsync().AsTask();
    }

    private ValueTask<FlushResult> FlushRest(int sent, CancellationToken cancellationToken)
    {
        _operation.Give(_buffer, sent, _count);
        (_buffer, _count) = ([], 0);
        _underWay = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new(_operation, _operation.Begin(cancellationToken));
    }

    // An interim response may still be on its way when the final one begins.
    private async ValueTask<FlushResult> FlushAfterAsync(Task earlier, CancellationToken cancellationToken)
    {
        await earlier;
        return await FlushAsync(cancellationToken);
    }

    private void MakeRoom(int sizeHint)
    {
        var size = Math.Max(sizeHint, 1);
        if (_buffer.Length - _count >= size)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, _count + Math.Max(size, _count)));
        _buffer.AsSpan(0, _count).CopyTo(larger);
        Release(ref _buffer);
        _buffer = larger;
    }

    private static void Release(ref byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private sealed class FlushOperation(LoopPipeWriter writer) : LoopOperation<FlushResult>(writer._socket)
    {
        private byte[] _bytes = [];
        private int _sent;
        private int _count;

        public void Give(byte[] bytes, int sent, int count) => (_bytes, _sent, _count) = (bytes, sent, count);

        protected override bool TryRun(out FlushResult result)
        {
            result = default;
            var socket = writer._socket;
            try
            {
                if (!socket.IsBroken)
                    _sent += socket.Send(_bytes.AsSpan(_sent, _count - _sent));
                if (_sent < _count && !socket.IsBroken)
                    return false;
                result = new(isCanceled: false, isCompleted: _sent < _count);
            }
            catch (Exception exception) when (exception is SocketException or ConnectionAbortedException or ObjectDisposedException)
            {
                result = new(isCanceled: false, isCompleted: true);
            }

            Finish();
            return true;
        }

        // Half a message has gone.
        protected override void OnCancelled()
        {
            writer._socket.Abort(new("A flush was cancelled."));
            Finish();
        }

        private void Finish()
        {
            Release(ref _bytes);
            var underWay = writer._underWay;
            writer._underWay = null;
            underWay!.TrySetResult();
        }
    }
}
