using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Sidecar.Proxy.Observability.Metrics;

/// <summary>Metrics for Prometheus.</summary>
internal static class PrometheusExtensions
{
    /// <summary>Has metrics kept for whoever fetches them.</summary>
    public static void AddPrometheus(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PrometheusExporter>();
        IOpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry();
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Instrumentation.Name, "System.Runtime")
                .AddReader(services => new BaseExportingMetricReader(services.GetRequiredService<PrometheusExporter>()));
            // OpenTelemetry's own default keeps none.
            if (string.IsNullOrEmpty(builder.Configuration["OTEL_METRICS_EXEMPLAR_FILTER"]))
                metrics.SetExemplarFilter(ExemplarFilterType.TraceBased);
        });
    }
}
