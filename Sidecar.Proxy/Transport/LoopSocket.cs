using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Sidecar.Proxy.Transport;

/// <summary>A socket of a loop's, and what waits for it: one operation that reads, and one that writes or connects.</summary>
/// <param name="loop">The loop.</param>
/// <param name="fd">The socket, which is owned from now on.</param>
/// <param name="isConnected">Whether it is connected: then bytes may have come already.</param>
internal sealed class LoopSocket(EventLoop loop, int fd, bool isConnected) : LoopHandle(loop, fd)
{
    // For a peer that does not take what is left for it.
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _whenClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isReadable = isConnected;
    private bool _isWritable = isConnected;
    private bool _hasEnded;
    private bool _isBroken;
    private bool _isDrained;
    private bool _isShutdown;
    private volatile bool _isShutdownAsked;
    private volatile bool _isCloseAsked;
    private volatile bool _isClosed;
    private bool _isReleased;
    private int _guests;
    private byte[]? _rest;
    private volatile bool _hasUnsent;
    private volatile ConnectionAbortedException? _abortReason;

    /// <summary>What reads.</summary>
    public LoopOperation? Reader { get; set; }

    /// <summary>What writes.</summary>
    public LoopOperation? Writer { get; set; }

    /// <summary>Who wants to hear of its end.</summary>
    public LoopConnection? Owner { get; set; }

    /// <summary>Whether it has been closed.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Whether it may not be used any more.</summary>
    public bool IsOver => _isClosed || _isCloseAsked || _abortReason is not null;

    /// <summary>Why it was reset from here, or null.</summary>
    public ConnectionAbortedException? AbortReason => _abortReason;

    /// <summary>Whether nothing can be sent any more; on the loop's thread only, as what follows.</summary>
    public bool IsBroken => _isBroken;

    /// <summary>Whether something may have come, be it the end. A look costs nothing.</summary>
    public bool IsReadable => _isReadable;

    /// <summary>Whether a connection that was being opened is open, or has failed.</summary>
    public bool IsWritable => _isWritable;

    /// <summary>Whether it has something to read, and the time to.</summary>
    public bool MayReceive => _isReadable && Loop.IsCurrent && !Loop.IsTurnOver;

    /// <summary>Whether something to read has to wait for the next turn.</summary>
    public bool IsTurnOver => Loop.IsTurnOver;

    /// <summary>Whether some of what is to be sent is not with the kernel yet.</summary>
    public bool HasUnsent => _hasUnsent;

    /// <summary>Whether the kernel has something to read, be it the end; from any thread.</summary>
    public bool HasInput
    {
        get
        {
            Interlocked.Increment(ref _guests);
            try
            {
                return IsOver || Libc.HasInput(Fd);
            }
            finally
            {
                Leave();
            }
        }
    }

    /// <summary>Receives what has come; on the loop's thread only.</summary>
    /// <param name="buffer">Where to.</param>
    /// <returns>How many bytes; 0 at the end; -1 when nothing has come.</returns>
    public int Receive(Span<byte> buffer)
    {
        ThrowIfOver();
        while (true)
        {
            var count = Libc.Receive(Fd, buffer);
            if (count >= 0)
            {
                Loop.Spend(count);
                if (count == 0 && !_isDrained)
                {
                    _isDrained = true;
                    Schedule();
                }

                // Fewer than there was room for are all that had come: the next ones are told of, and so is the end.
                if (count < buffer.Length && !_hasEnded)
                    _isReadable = count == 0;
                return count;
            }

            switch (Libc.Error)
            {
                case Libc.Interrupted:
                    continue;
                case Libc.WouldBlock:
                    _isReadable = false;
                    return -1;
                case var error:
                    throw Libc.Exception(error);
            }
        }
    }

    /// <summary>Sends at the end of the loop's turn, if this is the loop's thread and the bytes are few.</summary>
    /// <param name="bytes">What to send; it is copied.</param>
    /// <returns>Whether that is so. If the kernel has no room then, the next one to send waits.</returns>
    public bool TrySendLater(ReadOnlySpan<byte> bytes)
    {
        if (!Loop.IsCurrent || IsOver || _isBroken || _rest is not null || !Loop.Outbox.TryAdd(this, bytes))
            return false;
        Loop.Spend(bytes.Length);
        _hasUnsent = true;
        return true;
    }

    /// <summary>Sends what has waited for the end of the turn.</summary>
    /// <param name="bytes">All of it.</param>
    public void SendUnsent(ReadOnlySpan<byte> bytes)
    {
        var sent = bytes.Length;
        try
        {
            sent = SendNow(bytes);
        }
        catch (Exception exception) when (exception is SocketException or ConnectionAbortedException or ObjectDisposedException)
        {
            // Whoever reads or writes next hears of it.
        }

        _rest = sent < bytes.Length ? bytes[sent..].ToArray() : null;
        _hasUnsent = _rest is not null;
    }

    /// <summary>Sends as much as there is room for; from any thread, while nobody else sends.</summary>
    /// <param name="bytes">What to send.</param>
    /// <returns>How many bytes are with the kernel.</returns>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (Loop.IsCurrent)
        {
            if (!TrySendUnsent())
                return 0;
            var count = SendNow(bytes);
            Loop.Spend(count);
            return count;
        }

        // That has to go first, on the loop.
        if (_hasUnsent)
            return 0;
        // The loop does not close it meanwhile, or its number might be another one's.
        Interlocked.Increment(ref _guests);
        try
        {
            return SendNow(bytes);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Says that nothing more will be sent, and keeps listening; what has been flushed goes first.</summary>
    public void ShutdownSend()
    {
        _isShutdownAsked = true;
        if (Loop.IsCurrent)
            Shutdown();
        else
            Schedule();
    }

    /// <summary>Resets the connection; from any thread. Whoever waits for it goes on a moment later.</summary>
    /// <param name="reason">What they are told.</param>
    public void Abort(ConnectionAbortedException reason)
    {
        if (Loop.IsCurrent)
            _ = TrySendUnsent();
        _abortReason ??= reason;
        Schedule();
    }

    /// <summary>Closes it, once what is being sent is with the kernel; from any thread.</summary>
    /// <returns>When it is closed.</returns>
    public Task CloseAsync()
    {
        _isCloseAsked = true;
        if (Loop.IsCurrent && Reader is not { IsPending: true } && Writer is not { IsPending: true } && TrySendUnsent())
            Close();
        else
            Schedule();
        if (_rest is not null)
            _ = GiveUpAsync();
        return _whenClosed.Task;
    }

    /// <inheritdoc />
    public override void OnEvents(LoopEvents events)
    {
        _isWritable |= (events & (LoopEvents.Writable | LoopEvents.Failed | LoopEvents.Over)) != 0;
        _isReadable |= (events & ~LoopEvents.Writable) != 0;
        var isBroken = (events & (LoopEvents.Failed | LoopEvents.Over)) != 0;
        var hasEnded = isBroken || (events & LoopEvents.Ended) != 0;
        var (isFirstBreak, isFirstEnd) = (isBroken && !_isBroken, hasEnded && !_hasEnded);
        (_isBroken, _hasEnded) = (_isBroken || isBroken, _hasEnded || hasEnded);
        Advance();
        if (isFirstEnd)
            Owner?.OnEnded();
        if (isFirstBreak)
            Owner?.OnBroken();
    }

    /// <inheritdoc />
    public override void OnFailed(Exception exception) => Abort(new ConnectionAbortedException("The connection failed.", exception));

    /// <inheritdoc />
    protected override void OnScheduled()
    {
        if (_isClosed)
        {
            Close();
            Advance();
            return;
        }

        if (Generation == 0 && _abortReason is null)
            Loop.Add(this);
        if (_isDrained)
            Owner?.OnDrained();
        if (_isShutdownAsked)
            Shutdown();
        if (_abortReason is not null)
            Close();
        Advance();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _guests) == 0 && _isClosed)
            Schedule();
    }

    private int SendNow(ReadOnlySpan<byte> bytes)
    {
        ThrowIfOver();
        while (true)
        {
            var count = Libc.Send(Fd, bytes);
            if (count >= 0)
                return count;

            switch (Libc.Error)
            {
                case Libc.Interrupted:
                    continue;
                case Libc.WouldBlock:
                    return 0;
                case var error:
                    throw Libc.Exception(error);
            }
        }
    }

    private async Task GiveUpAsync()
    {
        await _whenClosed.Task.WaitAsync(CloseLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_whenClosed.Task.IsCompleted)
            Abort(new("The peer does not take what is left."));
    }

    private bool TrySendUnsent()
    {
        if (_hasUnsent && _rest is null)
            Loop.Outbox.SendAll();
        else if (_rest is { } rest)
            SendUnsent(rest);
        return !_hasUnsent;
    }

    private void Advance()
    {
        if (_rest is not null && TrySendUnsent() && _isShutdownAsked)
            Shutdown();
        Writer?.Advance();
        Reader?.Advance();
        // Once what was being sent has gone.
        if (_isCloseAsked && Writer is not { IsPending: true } && TrySendUnsent())
            Close();
    }

    private void Shutdown()
    {
        if (_isShutdown || _isClosed || !TrySendUnsent())
            return;
        _isShutdown = true;
        _ = Libc.Shutdown(Fd, 1);
    }

    private void Close()
    {
        (_isClosed, _rest, _hasUnsent) = (true, null, false);
        Interlocked.MemoryBarrier();
        if (_isReleased || Volatile.Read(ref _guests) > 0)
            return;
        _isReleased = true;
        if (_abortReason is not null)
            Libc.SetReset(Fd);
        Loop.Remove(this);
        _ = Libc.Close(Fd);
        Advance();
        Owner?.OnClosed();
        _whenClosed.TrySetResult();
    }

    private void ThrowIfOver()
    {
        if (_abortReason is { } reason)
            throw reason;
        ObjectDisposedException.ThrowIf(_isClosed, this);
    }
}
