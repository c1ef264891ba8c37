namespace Sidecar.Proxy.Observability.Metrics;

/// <summary>The text formats in which metrics are fetched.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus' text format, version 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0, which has units and exemplars.</summary>
    OpenMetrics,
}
