namespace Sidecar.Proxy.Resilience.Concurrency;

/// <summary>
/// Finds how many requests the application can have at once without making them wait for one another, by its latency: the limit follows
/// the ratio of unloaded to present latency, with room for a queue of the limit's square root (Envoy's gradient controller; Netflix's gradient2). Unlike
/// the first, it learns the unloaded latency from quiet times where there are any, so that nobody is shed for a measurement; unlike the second, it
/// measures anew when there are none, so that an overload never becomes what is normal. Not thread-safe.
/// </summary>
internal sealed class GradientLimit(AdaptiveOptions options, int ceiling, TimeProvider time)
{
    private const int InitialLimit = 20;

    // Enough for a median that does not jump.
    private const int FewestSamples = 30;

    // Half of the requests with less than this of the latency: the rest of it was waiting.
    private const double Relief = 0.8;

    private const double Smoothing = 0.5;

    private readonly double[] _samples = new double[256];
    private int _count;
    private int _peak;
    private long _begin = time.GetTimestamp();
    private double _median;
    private double _limit = Math.Clamp(InitialLimit, options.Min, ceiling);
    private double? _unloaded;
    private long _unloadedAt;
    private double? _probe;
    private double _probeMedian;

    /// <summary>How many requests may be in flight.</summary>
    public int Limit => (int)(_probe ?? _limit);

    /// <summary>What a request takes that waits for no other, in seconds; null while that is not known.</summary>
    public double? UnloadedSeconds => _unloaded;

    /// <summary>Says how many are in flight when a request comes, it included.</summary>
    public void Saw(int inFlight) => _peak = Math.Max(_peak, inFlight);

    /// <summary>A request is over.</summary>
    /// <param name="admitted">When it was sent on, on the clock.</param>
    /// <param name="latency">How long it took the application to begin its response.</param>
    /// <param name="failed">Whether it failed, or its client left: then it would have taken at least that long.</param>
    public void Add(long admitted, TimeSpan latency, bool failed)
    {
        // One that was sent on under another limit tells nothing about this one.
        if (admitted < _begin || (failed && !(latency.TotalSeconds > _unloaded)))
            return;
        _samples[_count++ % _samples.Length] = latency.TotalSeconds;
        var elapsed = time.GetElapsedTime(_begin);
        // Twice the latency, or only the fast half would be seen.
        if (_count >= FewestSamples && elapsed >= options.UpdateInterval && elapsed.TotalSeconds >= 2 * _median)
            Update();
    }

    private void Update()
    {
        _median = Median();
        if (_probe is not null)
            Probe();
        else if (2 * _peak < Limit)
            Learn(_unloaded is { } known ? known + (0.2 * (_median - known)) : _median);
        else if (_unloaded is not { } unloaded || IsOld(unloaded))
            (_probe, _probeMedian) = (Half(_limit), _median);
        else
            Follow(unloaded);
        (_begin, _count, _peak) = (time.GetTimestamp(), 0, 0);
    }

    /// <summary>As long as half of the requests means markedly less latency, there was a queue.</summary>
    private void Probe()
    {
        if (_median < Relief * _probeMedian && _probe > options.Min)
        {
            (_probe, _probeMedian) = (Half(_probe.Value), _median);
            return;
        }

        Learn(Math.Min(_median, _probeMedian));
        _probe = null;
    }

    private void Follow(double unloaded)
    {
        var gradient = Math.Clamp(options.LatencyTolerance * unloaded / _median, 0.5, options.LatencyTolerance);
        var target = (_limit * gradient) + Math.Sqrt(_limit * gradient);
        _limit = Math.Clamp(_limit + (Smoothing * (target - _limit)), options.Min, ceiling);
    }

    private void Learn(double unloaded) => (_unloaded, _unloadedAt) = (unloaded, time.GetTimestamp());

    private double Half(double limit) => Math.Max(options.Min, Math.Floor(limit / 2));

    private bool IsOld(double unloaded) =>
        time.GetElapsedTime(_unloadedAt) is var age && age >= options.ProbeInterval && age.TotalSeconds >= 100 * unloaded;

    private double Median()
    {
        var samples = _samples.AsSpan(0, Math.Min(_count, _samples.Length));
        samples.Sort();
        return samples[samples.Length / 2];
    }
}
