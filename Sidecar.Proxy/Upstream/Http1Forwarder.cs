using System.Collections.Concurrent;
using Sidecar.Proxy.Transport;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream;

/// <summary>
/// Forwards over HTTP/1.1 without HttpClient, which sends a whole body before it reads a response, forgives an application's framing
/// mistakes, and has no request trailers.
/// </summary>
/// <param name="settings">The configuration.</param>
/// <param name="clusters">The clusters in force.</param>
/// <param name="credentials">What https targets are checked against, and shown.</param>
/// <param name="transport">What opens connections.</param>
/// <param name="slots">How many connections there may be to all targets.</param>
/// <param name="time">The clock.</param>
internal sealed class Http1Forwarder(SidecarSettings settings, Clusters clusters, UpstreamCredentials credentials, ITransport transport, UpstreamSlots slots, TimeProvider time) : IForwarder, IDisposable
{
    private readonly ConcurrentDictionary<Target, UpstreamPool> _pools = new();
    private readonly ConcurrentBag<Http1Exchange> _exchanges = new();

    /// <summary>The connection pools, one a target.</summary>
    public IEnumerable<UpstreamPool> Pools => _pools.Values;

    /// <inheritdoc />
    public ValueTask<ForwardingFailure?> ForwardAsync(HttpContext context, Target target, AttemptRecord attempt, ForwardingRules? rules)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(attempt);

        if (!_exchanges.TryTake(out var exchange))
            exchange = new(time, _exchanges.Add);
        return exchange.RunAsync(context, attempt, Pool(target), rules, settings.Current);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var pool in _pools.Values)
            pool.Dispose();
    }

    /// <summary>The connections to a target.</summary>
    /// <param name="target">The target.</param>
    /// <returns>Its pool.</returns>
    public UpstreamPool Pool(Target target) => _pools.TryGetValue(target, out var pool) ? pool : Add(target);

    private UpstreamPool Add(Target target)
    {
        var pool = _pools.GetOrAdd(target, _ => new UpstreamPool(target, transport, target.Cluster.Options, credentials, slots, TryCloseIdle, time));
        // Another configuration has other targets; the pools of its predecessor's empty themselves as their requests end.
        foreach (var (old, _) in _pools)
        {
            if (!clusters.All.Any(cluster => cluster.Targets.Contains(old)) && _pools.TryRemove(old, out var retired))
                retired.Dispose();
        }

        return pool;
    }

    private bool TryCloseIdle()
    {
        foreach (var (_, pool) in _pools)
        {
            if (pool.TryCloseIdle())
                return true;
        }

        return false;
    }
}
