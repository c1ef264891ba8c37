using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.Otlp;
using Sidecar.Proxy.Upstream.Http2;

namespace Sidecar.Proxy.Upstream;

/// <summary>What is read off when somebody asks: connections to the targets, and lines that found no room.</summary>
internal sealed class PoolMetrics
{
    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Where meters come from.</param>
    /// <param name="http1">The owner of the connections that speak HTTP/1.1.</param>
    /// <param name="http2">What is known of those that speak HTTP/2.</param>
    /// <param name="output">The way to standard output.</param>
    /// <param name="sinks">The ways to a collector.</param>
    public PoolMetrics(IMeterFactory meters, Http1Forwarder http1, Http2Connections http2, StandardOutput output, OtlpSinks sinks)
    {
        var meter = meters.Create(Instrumentation.Name);
        meter.CreateObservableUpDownCounter("http.client.open_connections", () => Connections(http1, http2), "{connection}", "Connections to targets, by whether a request has them.");
        meter.CreateObservableCounter("sidecar.log.dropped", () => output.Dropped, "{record}", "Log records that standard output did not take, or not in time.");
        if (sinks is { Spans: OtlpExporter spans, AccessLog: OtlpExporter records })
            meter.CreateObservableCounter("sidecar.otlp.dropped", () => Lost(spans, records), "{record}", "Spans and access log records that the collector did not take, by signal.");
    }

    private static Measurement<long>[] Lost(OtlpExporter spans, OtlpExporter records) =>
        [new(spans.Dropped, new KeyValuePair<string, object?>("sidecar.signal", "traces")), new(records.Dropped, new KeyValuePair<string, object?>("sidecar.signal", "logs"))];

    private static IEnumerable<Measurement<long>> Connections(Http1Forwarder http1, Http2Connections http2)
    {
        foreach (var pool in http1.Pools)
        {
            var (target, idle) = (pool.Target, pool.Idle);
            yield return Measure("idle", idle, target.Scheme, target.Host, target.Port);
            yield return Measure("active", Math.Max(0, pool.Open - idle), target.Scheme, target.Host, target.Port);
        }

        foreach (var (scheme, host, port, idle, active) in http2.Snapshot())
        {
            yield return Measure("idle", idle, scheme, host, port);
            yield return Measure("active", active, scheme, host, port);
        }
    }

    private static Measurement<long> Measure(string state, long count, string scheme, string host, int port) => new(
        count,
        new("http.connection.state", state),
        new("server.address", host),
        new("server.port", port),
        new("url.scheme", scheme));
}
