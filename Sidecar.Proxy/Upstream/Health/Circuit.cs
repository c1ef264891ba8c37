namespace Sidecar.Proxy.Upstream.Health;

/// <summary>The circuit breaker of one target. It is asked before an attempt and hears of it afterwards, so that whoever chooses a target can pass over an open one.</summary>
internal sealed class Circuit : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TargetHealth _target;
    private readonly CircuitBreakerOptions _options;
    private readonly TimeProvider _time;
    private readonly SlidingWindow _window;
    private readonly ITimer _timer;
    private volatile CircuitState _state;
    private long _since;
    private int _trying;

    /// <summary>Makes a closed circuit.</summary>
    public Circuit(TargetHealth target, CircuitBreakerOptions options, TimeProvider time)
    {
        (_target, _options, _time) = (target, options, time);
        _window = new SlidingWindow(options.SamplingWindow, time);
        _timer = time.CreateTimer(static circuit => ((Circuit)circuit!).Elapse(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What it lets pass.</summary>
    public CircuitState State => _state;

    /// <summary>Whether an attempt would be let pass now.</summary>
    public bool IsPassable => _state switch
    {
        CircuitState.Closed => true,
        CircuitState.HalfOpen => Volatile.Read(ref _trying) == 0,
        _ => false,
    };

    /// <summary>How long it is until one request may try the target; null when that is not for the clock to say.</summary>
    public TimeSpan? Remaining => _state == CircuitState.Open ? _options.BreakDuration - _time.GetElapsedTime(Volatile.Read(ref _since)) : null;

    /// <summary>Lets an attempt pass.</summary>
    /// <returns>Whether it may.</returns>
    public bool TryEnter()
    {
        if (_state == CircuitState.Closed)
            return true;
        if (_state != CircuitState.HalfOpen || Interlocked.CompareExchange(ref _trying, 1, 0) != 0)
            return false;
        // Should nothing be heard of it, a stream that lasts for instance, another may try.
        _timer.Change(_options.BreakDuration, Timeout.InfiniteTimeSpan);
        return true;
    }

    /// <summary>An attempt is over.</summary>
    /// <param name="failed">Whether it failed; null when it says nothing of the target.</param>
    /// <param name="started">When it started, on the monotonic clock.</param>
    public void Observe(bool? failed, long started)
    {
        lock (_lock)
        {
            if (_state == CircuitState.Closed && failed is { } outcome)
                Count(outcome);
            else if (_state == CircuitState.HalfOpen && started >= _since)
                Decide(failed);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Count(bool failed)
    {
        var (total, failures) = _window.Add(1, failed ? 1 : 0);
        if (failed && total >= _options.MinimumThroughput && failures * 100L >= (long)_options.FailurePercent * total)
            Open(string.Create(CultureInfo.InvariantCulture, $"{failures} of {total} attempts failed"));
    }

    private void Decide(bool? failed)
    {
        if (failed is null)
        {
            Volatile.Write(ref _trying, 0);
        }
        else if (failed.Value)
        {
            Open("the attempt to use it again failed");
        }
        else
        {
            _window.Clear();
            Enter(CircuitState.Closed);
            _target.Events.CircuitClosed(_target);
        }
    }

    private void Open(string reason)
    {
        Enter(CircuitState.Open);
        _timer.Change(_options.BreakDuration, Timeout.InfiniteTimeSpan);
        _target.Events.CircuitOpened(_target, _options.BreakDuration, reason);
    }

    private void Elapse()
    {
        lock (_lock)
        {
            if (_state == CircuitState.Open)
            {
                Enter(CircuitState.HalfOpen);
                _target.Events.CircuitHalfOpened(_target);
            }
            else if (_state == CircuitState.HalfOpen)
            {
                Volatile.Write(ref _trying, 0);
            }
        }
    }

    private void Enter(CircuitState state)
    {
        Volatile.Write(ref _since, _time.GetTimestamp());
        Volatile.Write(ref _trying, 0);
        _state = state;
    }
}

/// <summary>What a circuit breaker lets pass.</summary>
internal enum CircuitState
{
    /// <summary>Everything.</summary>
    Closed,

    /// <summary>Nothing.</summary>
    Open,

    /// <summary>One request, which decides.</summary>
    HalfOpen,
}
