namespace Sidecar.Proxy.Server;

/// <summary>
/// A timer of a connection: one for the application, and one for a client that is slow to send or to read. What waits is said far more often than anything is late, so that only a deadline earlier than the
/// timer's touches it.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class Deadline(TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private Action<object>? _late;
    private object? _state;
    private long _deadline;
    private long _due = long.MaxValue;

    /// <summary>Something waits from now on.</summary>
    /// <param name="limit">For how long at most.</param>
    /// <param name="late">What is done then.</param>
    /// <param name="state">What it is done with.</param>
    public void Start(TimeSpan limit, Action<object> late, object state)
    {
        lock (_lock)
        {
            (_late, _state) = (late, state);
            _deadline = time.GetTimestamp() + (long)(limit.TotalSeconds * time.TimestampFrequency);
            if (_deadline < _due)
                Set(limit);
        }
    }

    /// <summary>Nothing waits any more.</summary>
    public void Stop()
    {
        lock (_lock)
            _late = null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            _late = null;
            _timer?.Dispose();
        }
    }

    private void Set(TimeSpan limit)
    {
        _due = _deadline;
        _timer ??= time.CreateTimer(static clock => ((Deadline)clock!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(limit, Timeout.InfiniteTimeSpan);
    }

    private void Tick()
    {
        lock (_lock)
        {
            _due = long.MaxValue;
            if (_late is not { } late)
                return;
            var left = TimeSpan.FromSeconds((_deadline - time.GetTimestamp()) / (double)time.TimestampFrequency);
            if (left > TimeSpan.Zero)
            {
                Set(left);
                return;
            }

            _late = null;
            // Within the lock: what stops the clock in the meantime has to find it done.
            late(_state!);
        }
    }
}
