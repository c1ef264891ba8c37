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

    /// <summary>Answers <c>/metrics</c>, if <see cref="Configuration.MetricsOptions.Prometheus"/> says so.</summary>
    /// <param name="endpoints">The admin port's endpoints.</param>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);

        if (endpoints.ServiceProvider.GetService<PrometheusExporter>() is { } exporter)
            endpoints.MapGet("/metrics", (RequestDelegate)(context => WriteAsync(context, exporter)));
    }

    private static async Task WriteAsync(HttpContext context, PrometheusExporter exporter)
    {
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
