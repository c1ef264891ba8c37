using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Forwarding;

/// <summary>Cancelled when an attempt has gone too long without a byte in either direction or without an answer, or its request has taken too long altogether.</summary>
internal sealed class ForwardingDeadline : CancellationTokenSource
{
    private readonly UpstreamOptions _options;
    private readonly AttemptRecord _attempt;
    private readonly TimeSpan? _untilAnswer;
    private readonly TimeSpan? _total;
    private readonly TimeProvider _time;

    /// <summary>Makes the deadline; unless it is for the whole of the attempt, its clock starts with the first progress.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="rules">What policies say of it, or null.</param>
    /// <param name="time">The clock.</param>
    public ForwardingDeadline(AttemptRecord attempt, ForwardingRules? rules, TimeProvider time)
        : base(Timeout.InfiniteTimeSpan, time)
    {
        (_attempt, _time, _options) = (attempt, time, attempt.Target.Cluster.Options);
        _untilAnswer = rules?.Attempt;
        _total = rules is null ? _options.TotalTimeout : rules.TotalFor(_options);
        if (_untilAnswer is not null || _total is not null)
            Progress();
    }

    /// <summary>Whether the request's last byte is on its way.</summary>
    public bool IsRequestSent { get; set; }

    /// <summary>Whether the head of the answer is there.</summary>
    public bool IsAnswerBegun { get; set; }

    /// <summary>Something moved; the clock starts again.</summary>
    public void Progress()
    {
        var limit = IsRequestSent && !IsAnswerBegun ? _untilAnswer ?? _options.ResponseTimeout : _options.IdleTimeout;
        if (_untilAnswer is { } untilAnswer && !IsAnswerBegun)
            limit = Earlier(limit, untilAnswer - _time.GetElapsedTime(_attempt.Timestamp));
        if (_total is { } total)
            limit = Earlier(limit, total - _time.GetElapsedTime(_attempt.Request.Timestamp));

        try
        {
            CancelAfter(limit);
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended at this very moment.
        }
    }

    /// <summary>Stops the clock until something moves.</summary>
    public void Pause() => CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Gives up at once, from whatever thread and however late.</summary>
    public void GiveUp()
    {
        try
        {
            Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended at this very moment.
        }
    }

    private static TimeSpan Earlier(TimeSpan limit, TimeSpan left) => left < TimeSpan.Zero ? TimeSpan.Zero : left < limit ? left : limit;
}
