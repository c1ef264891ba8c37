using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Upstream;

/// <summary>How long an attempt may go without a byte in either direction or without a response, and its request altogether. When it is disposed of, another attempt may have it.</summary>
/// <param name="time">The clock.</param>
internal sealed class ForwardingDeadline(TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private UpstreamOptions _options = null!;
    private AttemptRecord _attempt = null!;
    private TimeSpan? _untilResponse;
    private TimeSpan? _total;
    private Deadline _clock = null!;
    private bool _ownsClock;
    private CancellationTokenSource? _token;
    private volatile bool _isOver;

    /// <summary>Begins with an attempt; unless the deadline is for the whole of it, its clock starts with the first progress.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="rules">What filters say of it, or null.</param>
    /// <param name="options">How long the upstream may take.</param>
    /// <param name="clock">A timer that nobody else uses meanwhile, or null for one of its own.</param>
    public void Begin(AttemptRecord attempt, ForwardingRules? rules, UpstreamOptions options, Deadline? clock = null)
    {
        (_attempt, _options, _clock, _ownsClock) = (attempt, options, clock ?? new Deadline(time), clock is null);
        (_isOver, IsRequestSent, IsResponseBegun) = (false, false, false);
        _untilResponse = rules?.Attempt;
        _total = rules is null ? _options.TotalTimeout : rules.TotalFor(_options);
        if (_untilResponse is not null || _total is not null)
            Progress();
    }

    /// <summary>Whether the time is up.</summary>
    public bool IsOver => _isOver;

    /// <summary>Breaks off what goes on when the time is up.</summary>
    public Action? Over { get; set; }

    /// <summary>Cancelled when the time is up.</summary>
    public CancellationToken Token
    {
        get
        {
            lock (_lock)
            {
                _token ??= new();
                if (_isOver)
                    _token.Cancel();
                return _token.Token;
            }
        }
    }

    /// <summary>Whether the request's last byte is on its way.</summary>
    public bool IsRequestSent { get; set; }

    /// <summary>Whether the head of the response is there.</summary>
    public bool IsResponseBegun { get; set; }

    /// <summary>Something moved; the clock starts again.</summary>
    public void Progress()
    {
        var limit = IsRequestSent && !IsResponseBegun ? _untilResponse ?? _options.ResponseTimeout : _options.IdleTimeout;
        if (_untilResponse is { } untilResponse && !IsResponseBegun)
            limit = Earlier(limit, untilResponse - time.GetElapsedTime(_attempt.Timestamp));
        if (_total is { } total)
            limit = Earlier(limit, total - time.GetElapsedTime(_attempt.Request.Timestamp));
        _clock.Start(limit, static deadline => ((ForwardingDeadline)deadline).GiveUp(), this);
    }

    /// <summary>Stops the clock until something moves.</summary>
    public void Pause() => _clock.Stop();

    /// <summary>Gives up at once, from whatever thread and however late.</summary>
    public void GiveUp()
    {
        CancellationTokenSource? token;
        lock (_lock)
        {
            _isOver = true;
            token = _token;
        }

        Over?.Invoke();
        try
        {
            token?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended at this very moment.
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_ownsClock)
            _clock.Dispose();
        else
            _clock.Stop();
        lock (_lock)
        {
            _token?.Dispose();
            _token = null;
        }
    }

    private static TimeSpan Earlier(TimeSpan limit, TimeSpan left) => left < TimeSpan.Zero ? TimeSpan.Zero : left < limit ? left : limit;
}
