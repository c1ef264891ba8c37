using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>Adds the export of what is told of each request. Everything else, metrics and the sidecar's own messages, is the OpenTelemetry SDK's.</summary>
internal static class OtlpExtensions
{
    /// <summary>Adds the export; without <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> nothing is collected.</summary>
    /// <param name="builder">The host.</param>
    public static void AddOtlp(this WebApplicationBuilder builder) => builder.Services.TryAddSingleton(Create);

    private static OtlpSinks Create(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        if (string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
            return OtlpSinks.None;

        var resource = services.GetRequiredService<TracerProvider>().GetResource();
        var options = services.GetRequiredService<IOptionsFactory<OtlpExporterOptions>>();
        var logger = services.GetRequiredService<ILogger<OtlpExporter>>();
        return new(Exporter(OtlpSignal.Traces), Exporter(OtlpSignal.Logs));

        OtlpExporter Exporter(OtlpSignal signal) =>
            new(signal, OtlpSettings.Read(signal, configuration, options.Create(signal.Name)), new OtlpEnvelope(resource, signal.Scope), logger);
    }
}
