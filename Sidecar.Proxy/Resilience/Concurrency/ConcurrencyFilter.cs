using Microsoft.AspNetCore.Http.Features;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Pipeline;

namespace Sidecar.Proxy.Resilience.Concurrency;

/// <summary>Lets no more requests pass at once than the application is good for.</summary>
internal sealed class ConcurrencyFilter : IRequestFilter
{
    private readonly TimeProvider _time;
    private readonly LimitMetrics _metrics;
    private volatile IReadOnlyDictionary<string, ConcurrencyGate> _gates = new Dictionary<string, ConcurrencyGate>();

    /// <summary>Makes the policy.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Where it is counted.</param>
    public ConcurrencyFilter(TimeProvider time, LimitMetrics metrics)
    {
        (_time, _metrics) = (time, metrics);
        metrics.Observe(() => _gates.Values);
    }

    /// <inheritdoc />
    public RequestDelegate Apply(RequestDelegate next, SidecarOptions options)
    {
        var (before, after) = (_gates, new Dictionary<string, ConcurrencyGate>());
        var gates = PerRoute<ConcurrencyGate>.Of(options, static part => part.Concurrency, (route, part) => after[route ?? ""] = Keep(before, route, part));
        _gates = after;
        return after.Count == 0 ? next : context => gates.For(context) is { } gate ? PassAsync(context, gate, options, next) : next(context);
    }

    private ConcurrencyGate Keep(IReadOnlyDictionary<string, ConcurrencyGate> before, string? route, ConcurrencyOptions options)
    {
        if (!before.TryGetValue(route ?? "", out var gate))
            return new(route, options, _time);
        gate.Change(options);
        return gate;
    }

    private async Task PassAsync(HttpContext context, ConcurrencyGate gate, SidecarOptions options, RequestDelegate next)
    {
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var urgency = Urgencies.Of(context, record, options);
        var arrived = _time.GetTimestamp();
        var entry = gate.EnterAsync(urgency, context.RequestAborted);
        var hadToWait = !entry.IsCompletedSuccessfully;
        var admission = await entry;
        if (hadToWait)
            record.Note("sidecar.queue_time", _time.GetElapsedTime(arrived).TotalSeconds);
        if (admission != Admission.Admitted)
        {
            await RefuseAsync(context, record, gate, admission);
            return;
        }

        var admitted = _time.GetTimestamp();
        record.OnUpgrade = gate.Upgrade;
        try
        {
            await next(context);
        }
        finally
        {
            // A health check takes its own way through the application, and tells nothing of the others.
            if (record.IsUpgraded || urgency == Urgency.HealthCheck)
                gate.Exit(record.IsUpgraded);
            else
                gate.Exit(admitted, Latency(record, admitted), record.FirstByteTimestamp == 0 || context.Response.StatusCode >= 500);
        }
    }

    private TimeSpan Latency(RequestRecord record, long admitted) =>
        record.FirstByteTimestamp == 0 ? _time.GetElapsedTime(admitted) : _time.GetElapsedTime(admitted, record.FirstByteTimestamp);

    private Task RefuseAsync(HttpContext context, RequestRecord record, ConcurrencyGate gate, Admission admission)
    {
        if (admission == Admission.ClientLeft)
            return context.FailAsync(ProxyError.ClientDisconnected);
        var (kind, detail) = admission == Admission.TimedOut
            ? ("queue_timeout", "it waited too long for others to be done")
            : ("concurrency", "there are as many requests as there may be");
        record.Note("sidecar.limited_by", kind);
        _metrics.Reject(kind, gate.Route);
        return context.FailAsync(LimitErrors.Overloaded, detail, ("Retry-After", "1"));
    }
}
