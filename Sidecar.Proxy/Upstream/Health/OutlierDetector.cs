namespace Sidecar.Proxy.Upstream.Health;

/// <summary>Ejects one target when it fails more than it may.</summary>
internal sealed class OutlierDetector : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TargetHealth _target;
    private readonly OutlierDetectionOptions _options;
    private readonly TimeProvider _time;
    private readonly SlidingWindow _window;
    private readonly ITimer _timer;
    private volatile bool _isEjected;
    private TimeSpan _duration;
    private long _changed;
    private int _consecutive;
    private long _ejections;

    /// <summary>Begins to watch.</summary>
    /// <param name="target">Whom.</param>
    /// <param name="options">What it may do.</param>
    /// <param name="time">The clock.</param>
    public OutlierDetector(TargetHealth target, OutlierDetectionOptions options, TimeProvider time)
    {
        (_target, _options, _time) = (target, options, time);
        _window = new SlidingWindow(options.Interval, time);
        _timer = time.CreateTimer(static detector => ((OutlierDetector)detector!).Return(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether it is ejected.</summary>
    public bool IsEjected => _isEjected;

    /// <summary>How long it is ejected yet, or null.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            lock (_lock)
                return _isEjected ? _duration - _time.GetElapsedTime(_changed) : null;
        }
    }

    /// <summary>An attempt is over.</summary>
    /// <param name="statusCode">What it was answered with, or 0.</param>
    /// <param name="hasError">Whether there was no usable answer.</param>
    public void Observe(int statusCode, bool hasError)
    {
        var failed = hasError || (_options.GatewayFailuresOnly ? statusCode is 502 or 503 or 504 : statusCode >= 500);
        lock (_lock)
        {
            // An attempt from before the ejection.
            if (_isEjected)
                return;
            if (WhyNot(failed) is { } reason && _target.Cluster.TryEject(_options.MaxEjectionPercent, Mark))
                Eject(reason);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        _isEjected = false;
    }

    private string? WhyNot(bool failed)
    {
        _consecutive = failed ? _consecutive + 1 : 0;
        var (total, failures) = _options.FailurePercent is null ? default : _window.Add(1, failed ? 1 : 0);
        if (!failed)
            return null;
        if (_consecutive >= _options.ConsecutiveFailures)
            return string.Create(CultureInfo.InvariantCulture, $"{_consecutive} attempts in a row failed");
        return _options.FailurePercent is { } percent && total >= _options.MinimumRequests && failures * 100L >= (long)percent * total
            ? string.Create(CultureInfo.InvariantCulture, $"{failures} of {total} attempts failed")
            : null;
    }

    private void Mark() => _isEjected = true;

    private void Eject(string reason)
    {
        if (_ejections > 0)
            _ejections = Math.Max(0, _ejections - (_time.GetElapsedTime(_changed).Ticks / _options.Interval.Ticks));
        _ejections++;
        _duration = TimeSpan.FromTicks(Math.Min(_options.MaxEjectionTime.Ticks, _options.BaseEjectionTime.Ticks * _ejections));
        _changed = _time.GetTimestamp();
        _timer.Change(_duration, Timeout.InfiniteTimeSpan);
        _target.Events.Ejected(_target, _duration, reason);
    }

    private void Return()
    {
        lock (_lock)
        {
            if (!_isEjected)
                return;
            _isEjected = false;
            _changed = _time.GetTimestamp();
            _consecutive = 0;
            _window.Clear();
        }

        _target.Events.Returned(_target);
    }
}
