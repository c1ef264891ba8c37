using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Resilience.Concurrency;

namespace Sidecar.Proxy.Resilience;

/// <summary>What is shed, and how much room there is.</summary>
internal sealed class LimitMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _rejected;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Where meters come from.</param>
    public LimitMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(Instrumentation.Name);
        _rejected = _meter.CreateCounter<long>("sidecar.limits.rejected", "{request}", "Requests that were shed, by the limit that they ran into.");
    }

    /// <summary>Counts a request that was shed.</summary>
    /// <param name="limit">What kind of limit it ran into.</param>
    /// <param name="route">Whose limit, or null for everybody's.</param>
    public void Reject(string limit, string? route) => _rejected.Count("sidecar.limited_by", limit, route);

    /// <summary>Shows limiters whenever metrics are collected.</summary>
    /// <param name="limiters">The limiters of the configuration in force.</param>
    public void Observe(Func<IEnumerable<ConcurrencyLimiter>> limiters)
    {
        _meter.CreateObservableUpDownCounter("sidecar.concurrency.limit", () => Read(limiters, static limiter => limiter.Limit), "{request}", "How many requests may be with the application at once, upgrades excepted.");
        _meter.CreateObservableUpDownCounter("sidecar.concurrency.in_flight", () => Read(limiters, static limiter => limiter.InFlight), "{request}", "Requests with the application, upgrades excepted.");
        _meter.CreateObservableUpDownCounter("sidecar.concurrency.upgraded", () => Read(limiters, static limiter => limiter.Upgraded), "{request}", "Requests that have become something else, a WebSocket for instance, and are still open.");
        _meter.CreateObservableUpDownCounter("sidecar.concurrency.queued", () => Read(limiters, static limiter => limiter.Queued), "{request}", "Requests that wait for their turn.");
    }

    private static IEnumerable<Measurement<long>> Read(Func<IEnumerable<ConcurrencyLimiter>> limiters, Func<ConcurrencyLimiter, int> value)
    {
        foreach (var limiter in limiters())
            yield return limiter.Route is { } route ? new(value(limiter), new KeyValuePair<string, object?>("sidecar.route", route)) : new(value(limiter));
    }
}
