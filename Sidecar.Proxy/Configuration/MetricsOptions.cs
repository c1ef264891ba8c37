namespace Sidecar.Proxy.Configuration;

/// <summary>Metrics for whoever comes to fetch them. Over OTLP they are sent as soon as an endpoint is set.</summary>
public sealed record MetricsOptions
{
    /// <summary>Whether <c>/metrics</c> on the admin port answers Prometheus; if not, nothing is measured for it. Default: yes.</summary>
    public bool Prometheus { get; init; } = true;
}
