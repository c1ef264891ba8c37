namespace Sidecar.Proxy.Observability.Prometheus;

/// <summary>Prometheus' metric types.</summary>
internal enum MetricKind
{
    /// <summary>A value that only grows.</summary>
    Counter,

    /// <summary>A value that goes up and down.</summary>
    Gauge,

    /// <summary>A distribution in buckets.</summary>
    Histogram,
}
