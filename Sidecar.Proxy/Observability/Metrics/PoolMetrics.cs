using System.Diagnostics.Metrics;
using Sidecar.Proxy.Forwarding.Http1;

namespace Sidecar.Proxy.Observability.Metrics;

/// <summary>What is read off when somebody asks: connections to the targets, and lines that found no room.</summary>
public sealed class PoolMetrics
{
    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Where meters come from.</param>
    /// <param name="forwarder">The owner of the connections.</param>
    /// <param name="output">The way to standard output.</param>
    public PoolMetrics(IMeterFactory meters, Http1Forwarder forwarder, StandardOutput output)
    {
        ArgumentNullException.ThrowIfNull(meters);

        var meter = meters.Create(Instrumentation.Name);
        meter.CreateObservableUpDownCounter("http.client.open_connections", () => Connections(forwarder), "{connection}", "Connections to targets, by whether a request has them.");
        meter.CreateObservableCounter("sidecar.log.dropped", () => output.Dropped, "{record}", "Log records that standard output did not take in time.");
    }

    private static IEnumerable<Measurement<long>> Connections(Http1Forwarder forwarder)
    {
        foreach (var pool in forwarder.Pools)
        {
            var idle = pool.Idle;
            yield return Measure(pool, "idle", idle);
            yield return Measure(pool, "active", Math.Max(0, pool.Open - idle));
        }
    }

    private static Measurement<long> Measure(UpstreamPool pool, string state, int count) => new(
        count,
        new("http.connection.state", state),
        new("server.address", pool.Target.Host),
        new("server.port", pool.Target.BoxedPort),
        new("url.scheme", pool.Target.Scheme));
}
