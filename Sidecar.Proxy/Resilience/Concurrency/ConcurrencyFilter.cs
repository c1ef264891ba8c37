using System.Runtime.CompilerServices;
using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Resilience.Concurrency;

/// <summary>Lets no more requests pass at once than the application is good for.</summary>
internal sealed class ConcurrencyFilter : IRequestFilter
{
    private readonly TimeProvider _time;
    private readonly LimitMetrics _metrics;
    private volatile IReadOnlyDictionary<string, ConcurrencyLimiter> _limiters = new Dictionary<string, ConcurrencyLimiter>();

    /// <summary>Makes the policy.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Where it is counted.</param>
    public ConcurrencyFilter(TimeProvider time, LimitMetrics metrics)
    {
        (_time, _metrics) = (time, metrics);
        metrics.Observe(() => _limiters.Values);
    }

    /// <inheritdoc />
    public RequestHandler Apply(RequestHandler next, SidecarOptions options)
    {
        var (before, after) = (_limiters, new Dictionary<string, ConcurrencyLimiter>());
        var limiters = PerRoute<ConcurrencyLimiter>.Of(options, static part => part.Concurrency, (route, part) => after[route ?? ""] = Keep(before, route, part));
        _limiters = after;
        return after.Count == 0 ? next : context => limiters.For(context) is { } limiter ? PassAsync(context, limiter, options, next) : next(context);
    }

    private ConcurrencyLimiter Keep(IReadOnlyDictionary<string, ConcurrencyLimiter> before, string? route, ConcurrencyOptions options)
    {
        if (!before.TryGetValue(route ?? "", out var limiter))
            return new(route, options, _time);
        limiter.Change(options);
        return limiter;
    }

    [AsyncMethodBuilder(typeof(PooledTask))]
    private async ValueTask PassAsync(HttpContext context, ConcurrencyLimiter limiter, SidecarOptions options, RequestHandler next)
    {
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var urgency = Urgencies.Of(context, record, options);
        var arrived = _time.GetTimestamp();
        var entry = limiter.EnterAsync(urgency, context.RequestAborted);
        var hadToWait = !entry.IsCompletedSuccessfully;
        var admission = await entry;
        if (hadToWait)
            record.Note("sidecar.queue_time", _time.GetElapsedTime(arrived).TotalSeconds);
        if (admission != Admission.Admitted)
        {
            await RejectAsync(context, record, limiter, admission);
            return;
        }

        var admitted = _time.GetTimestamp();
        record.OnUpgrade = limiter.Upgrade;
        try
        {
            await next(context);
        }
        finally
        {
            // A health check takes its own way through the application, and tells nothing of the others.
            if (record.IsUpgraded || urgency == Urgency.HealthCheck)
                limiter.Exit(record.IsUpgraded);
            else
                limiter.Exit(admitted, Latency(record, admitted), record.FirstByteTimestamp == 0 || context.Response.StatusCode >= 500);
        }
    }

    private TimeSpan Latency(RequestRecord record, long admitted) =>
        record.FirstByteTimestamp == 0 ? _time.GetElapsedTime(admitted) : _time.GetElapsedTime(admitted, record.FirstByteTimestamp);

    private ValueTask RejectAsync(HttpContext context, RequestRecord record, ConcurrencyLimiter limiter, Admission admission)
    {
        if (admission == Admission.ClientLeft)
            return context.FailAsync(ProxyError.ClientDisconnected);
        var (kind, detail) = admission == Admission.TimedOut
            ? ("queue_timeout", "it waited too long for others to be done")
            : ("concurrency", "there are as many requests as there may be");
        record.Note("sidecar.limited_by", kind);
        _metrics.Reject(kind, limiter.Route);
        return context.FailAsync(LimitErrors.Overloaded, detail, ("Retry-After", "1"));
    }
}
