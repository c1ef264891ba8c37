using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Sidecar.Proxy.Observability.Metrics;

/// <summary>Metrics for Prometheus.</summary>
public static class PrometheusExtensions
{
    /// <summary>Has metrics kept for whoever fetches them.</summary>
    /// <param name="builder">The host.</param>
    internal static void AddPrometheus(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PrometheusExporter>();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(Instrumentation.Name, "System.Runtime")
                .AddReader(services => new BaseExportingMetricReader(services.GetRequiredService<PrometheusExporter>()));
            // OpenTelemetry's own default keeps none.
            if (string.IsNullOrEmpty(builder.Configuration["OTEL_METRICS_EXEMPLAR_FILTER"]))
                metrics.SetExemplarFilter(ExemplarFilterType.TraceBased);
        });
    }

    /// <summary>Answers <c>/metrics</c>.</summary>
    /// <param name="context">The call.</param>
    internal static async Task WriteMetricsAsync(HttpContext context)
    {
        var exporter = context.RequestServices.GetRequiredService<PrometheusExporter>();
        var format = ExpositionFormats.Choose(context.Request.GetTypedHeaders().Accept);
        using var output = new Utf8Builder();
        if (!exporter.TryWrite(output, format))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        context.Response.ContentType = ExpositionFormats.ContentType(format);
        context.Response.ContentLength = output.Length;
        await context.Response.Body.WriteAsync(output.WrittenMemory, context.RequestAborted);
    }
}
