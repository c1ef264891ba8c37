using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Forwarding;

/// <summary>Cancelled when an attempt has gone too long without a byte in either direction, without an answer, or altogether.</summary>
internal sealed class ForwardingDeadline : CancellationTokenSource
{
    private readonly UpstreamOptions _options;
    private readonly long _started;
    private readonly TimeProvider _time;

    /// <summary>Makes the deadline; its clock starts with the first progress.</summary>
    /// <param name="options">How long it is.</param>
    /// <param name="started">When the attempt started, on the monotonic clock.</param>
    /// <param name="time">The clock.</param>
    public ForwardingDeadline(UpstreamOptions options, long started, TimeProvider time)
        : base(Timeout.InfiniteTimeSpan, time) => (_options, _started, _time) = (options, started, time);

    /// <summary>Whether the request's last byte is on its way.</summary>
    public bool IsRequestSent { get; set; }

    /// <summary>Whether the head of the answer is there.</summary>
    public bool IsAnswerBegun { get; set; }

    /// <summary>Something moved; the clock starts again.</summary>
    public void Progress()
    {
        var limit = IsRequestSent && !IsAnswerBegun ? _options.ResponseTimeout : _options.IdleTimeout;
        if (_options.TotalTimeout is { } total)
        {
            var left = total - _time.GetElapsedTime(_started);
            limit = left < TimeSpan.Zero ? TimeSpan.Zero : left < limit ? left : limit;
        }

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
}
