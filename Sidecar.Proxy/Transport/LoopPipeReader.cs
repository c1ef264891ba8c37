using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Sidecar.Proxy.Transport;

/// <summary>What comes from a client. It has a buffer while there are bytes that nobody has used, and reads only when it is asked to: a client that is ahead waits in the kernel.</summary>
internal sealed class LoopPipeReader : PipeReader
{
    private const int BufferSize = 16 * 1024;

    // What waits for the rest of a message, a slow client's, keeps no more than it needs.
    private const int SmallSize = 1024;

    private readonly LoopSocket _socket;
    private readonly ReadOperation _operation;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private bool _isExamined = true;
    private bool _hasEnded;
    private volatile bool _isCancelled;

    /// <summary>Reads a socket.</summary>
    /// <param name="socket">The socket.</param>
    public LoopPipeReader(LoopSocket socket)
    {
        _socket = socket;
        socket.Reader = _operation = new(this);
    }

    /// <inheritdoc />
    public override bool TryRead(out ReadResult result)
    {
        if (!_isExamined || _hasEnded || (_socket.MayReceive && TryReceive()) || (_isCancelled && _socket.Loop.IsCurrent && !_socket.IsTurnOver))
        {
            result = Take();
            return true;
        }

        result = default;
        return _socket.IsOver && !_operation.IsPending ? throw Reason() : false;
    }

    /// <inheritdoc />
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (TryRead(out var result))
            return new(result);
        if (_end > _start)
            Shrink();
        return new(_operation, _operation.Begin(cancellationToken));
    }

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_start == _end)
        {
            _isExamined = true;
            return;
        }

        _start = Index(consumed);
        _isExamined = Index(examined) >= _end;
        if (_start == _end)
            Release();
    }

    /// <inheritdoc />
    public override void CancelPendingRead()
    {
        _isCancelled = true;
        _socket.Schedule();
    }

    /// <inheritdoc />
    public override void Complete(Exception? exception = null)
    {
        // Its buffer is not anybody else's while somebody might still look into it.
        (_buffer, _start, _end, _isExamined) = ([], 0, 0, true);
    }

    private bool TryReceive()
    {
        MakeRoom();
        try
        {
            var count = _socket.Receive(_buffer.AsSpan(_end));
            if (count > 0)
                (_end, _isExamined) = (_end + count, false);
            _hasEnded = count == 0;
            return count >= 0;
        }
        catch (SocketException exception)
        {
            throw new ConnectionResetException(exception.Message, exception);
        }
        finally
        {
            if (_start == _end)
                Release();
        }
    }

    private ReadResult Take()
    {
        var isCancelled = _isCancelled;
        _isCancelled = false;
        return new(_start == _end ? ReadOnlySequence<byte>.Empty : new(_buffer, _start, _end - _start), isCancelled, _hasEnded);
    }

    private Exception Reason() => _socket.AbortReason is { } reason ? new ConnectionAbortedException(reason.Message, reason) : new ObjectDisposedException(nameof(LoopConnection));

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
            return;
        var count = _end - _start;
        if (_start > 0)
            _buffer.AsSpan(_start, count).CopyTo(_buffer);
        else
            Move(Math.Max(BufferSize, _buffer.Length * 2));
        (_start, _end) = (0, count);
    }

    private void Shrink()
    {
        if (_buffer.Length >= BufferSize && _end - _start <= SmallSize)
            Move(SmallSize);
    }

    private void Move(int size)
    {
        var other = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(_start, _end - _start).CopyTo(other);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = (other, 0, _end - _start);
    }

    private void Release()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = ([], 0, 0);
    }

    private static int Index(SequencePosition position) => position.GetInteger() & int.MaxValue;

    private sealed class ReadOperation(LoopPipeReader reader) : LoopOperation<ReadResult>(reader._socket)
    {
        protected override bool TryRun(out ReadResult result)
        {
            if (reader._socket.IsOver)
                throw reader.Reason();
            // Whoever cancels a read gets what has come.
            var isDone = (reader._socket.MayReceive && reader.TryReceive()) || reader._isCancelled;
            result = isDone ? reader.Take() : default;
            if (!isDone && reader._socket.IsReadable)
                reader._socket.Schedule();
            return isDone;
        }
    }
}
