namespace Sidecar.Proxy.Resilience.Concurrency;

/// <summary>
/// Lets so many requests pass at once, and some more wait. System.Threading.RateLimiting's ConcurrencyLimiter does this for a limit that
/// never changes and requests that are all alike.
/// </summary>
internal sealed class ConcurrencyLimiter
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly LinkedList<Waiter> _first = [];
    private readonly LinkedList<Waiter> _others = [];
    private ConcurrencyOptions _options;
    private GradientLimit? _adaptive;
    private int _inFlight;
    private int _upgraded;

    /// <summary>Makes a limiter.</summary>
    /// <param name="route">Whose it is, or null for everybody's.</param>
    /// <param name="options">How many.</param>
    /// <param name="time">The clock.</param>
    public ConcurrencyLimiter(string? route, ConcurrencyOptions options, TimeProvider time)
    {
        (Route, _options, _time) = (route, options, time);
        _adaptive = Adaptive(options);
        Upgrade = OnUpgraded;
    }

    /// <summary>Whose it is, or null for everybody's.</summary>
    public string? Route { get; }

    /// <summary>To be called when a request has become a tunnel, which counts as long as it is open, but no more for what is found out by latency.</summary>
    public Action Upgrade { get; }

    /// <summary>How many requests may pass at once.</summary>
    public int Limit => Locked(static limiter => limiter.LimitNow);

    /// <summary>How many have passed and are not over, upgrades excepted.</summary>
    public int InFlight => Locked(static limiter => limiter._inFlight);

    /// <summary>How many have become tunnels and are open.</summary>
    public int Upgraded => Locked(static limiter => limiter._upgraded);

    /// <summary>How many wait.</summary>
    public int Queued => Locked(static limiter => limiter.QueuedNow);

    private int LimitNow => Math.Min(_adaptive?.Limit ?? _options.Ceiling, _options.Ceiling - _upgraded);

    private int QueuedNow => _first.Count + _others.Count;

    /// <summary>Other options hold from now on; who has passed stays counted.</summary>
    public void Change(ConcurrencyOptions options)
    {
        lock (_lock)
        {
            if (options.Adaptive != _options.Adaptive || options.Ceiling != _options.Ceiling)
                _adaptive = Adaptive(options);
            _options = options;
            LetIn();
        }
    }

    /// <summary>Asks for a request to pass.</summary>
    /// <param name="urgency">How much it matters.</param>
    /// <param name="gone">Says that its client has left.</param>
    /// <returns>What becomes of it; an admitted one has to exit.</returns>
    public ValueTask<Admission> EnterAsync(Urgency urgency, CancellationToken gone)
    {
        Waiter waiter;
        lock (_lock)
        {
            _adaptive?.Saw(_inFlight + 1);
            if (_inFlight < LimitNow + (urgency == Urgency.Ordinary ? 0 : Reserve(LimitNow)))
            {
                _inFlight++;
                return new(Admission.Admitted);
            }

            if (QueuedNow >= _options.Queue && !FreesSlot(urgency))
                return new(Admission.Full);
            waiter = new(this);
            waiter.Place = (urgency == Urgency.Priority ? _first : _others).AddLast(waiter);
        }

        return waiter.WaitAsync(_options.QueueTimeout, _time, gone);
    }

    /// <summary>A request that was admitted is over.</summary>
    /// <param name="upgraded">Whether it had become a tunnel.</param>
    public void Exit(bool upgraded)
    {
        lock (_lock)
        {
            if (upgraded)
                _upgraded--;
            else
                _inFlight--;
            LetIn();
        }
    }

    /// <summary>A request that was admitted is over, and tells how fast the application is.</summary>
    /// <param name="admitted">When it was sent on, on the clock.</param>
    /// <param name="latency">How long it took the application to begin its response.</param>
    /// <param name="failed">Whether it failed, or its client left.</param>
    public void Exit(long admitted, TimeSpan latency, bool failed)
    {
        lock (_lock)
        {
            _adaptive?.Add(admitted, latency, failed);
            _inFlight--;
            LetIn();
        }
    }

    /// <summary>A request waits no longer.</summary>
    internal void Leave(Waiter waiter, Admission why)
    {
        lock (_lock)
        {
            if (waiter.Place is not { } place)
                return;
            place.List!.Remove(place);
            waiter.Place = null;
            waiter.SetResult(why);
        }
    }

    private static int Reserve(int limit) => Math.Max(1, limit / 10);

    /// <summary>The last one in the queue makes room for one that is shed last.</summary>
    private bool FreesSlot(Urgency urgency)
    {
        if (urgency != Urgency.Priority || _others.Last is not { } last)
            return false;
        Leave(last.Value, Admission.Full);
        return true;
    }

    private void OnUpgraded()
    {
        lock (_lock)
        {
            _inFlight--;
            _upgraded++;
            LetIn();
        }
    }

    private void LetIn()
    {
        while (_inFlight < LimitNow && (_first.First ?? _others.First) is { } place)
        {
            _inFlight++;
            Leave(place.Value, Admission.Admitted);
        }
    }

    private GradientLimit? Adaptive(ConcurrencyOptions options) => options.Adaptive is { } adaptive ? new(adaptive, options.Ceiling, _time) : null;

    private T Locked<T>(Func<ConcurrencyLimiter, T> read)
    {
        lock (_lock)
            return read(this);
    }
}

/// <summary>What becomes of a request at a limiter.</summary>
internal enum Admission
{
    /// <summary>It may pass.</summary>
    Admitted,

    /// <summary>There is no room, and none to wait in.</summary>
    Full,

    /// <summary>It has waited for as long as it may.</summary>
    TimedOut,

    /// <summary>Its client left while it waited.</summary>
    ClientLeft,
}

/// <summary>A request that waits for its turn. Its continuation never runs on the thread that makes room, which has a request of its own.</summary>
internal sealed class Waiter(ConcurrencyLimiter limiter) : TaskCompletionSource<Admission>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Its place in the queue.</summary>
    public LinkedListNode<Waiter>? Place { get; set; }

    /// <summary>Waits.</summary>
    /// <param name="patience">How long at most.</param>
    /// <param name="time">The clock.</param>
    /// <param name="gone">Says that its client has left.</param>
    /// <returns>What became of it.</returns>
    public async ValueTask<Admission> WaitAsync(TimeSpan patience, TimeProvider time, CancellationToken gone)
    {
        await using var timer = time.CreateTimer(static waiter => ((Waiter)waiter!).Leave(Admission.TimedOut), this, patience, Timeout.InfiniteTimeSpan);
        await using var left = gone.UnsafeRegister(static waiter => ((Waiter)waiter!).Leave(Admission.ClientLeft), this);
        return await Task;
    }

    private void Leave(Admission why) => limiter.Leave(this, why);
}
