using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>Where what is told of each request goes; null where nobody collects it.</summary>
/// <param name="Spans">Spans.</param>
/// <param name="AccessLog">The access log's records.</param>
internal sealed record OtlpSinks(IOtlpSink? Spans, IOtlpSink? AccessLog) : IAsyncDisposable
{
    /// <summary>Sinks for the collector at <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; without it nothing is collected.</summary>
    public static OtlpSinks Create(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        if (string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
            return new(null, null);

        var resource = services.GetRequiredService<TracerProvider>().GetResource();
        var options = services.GetRequiredService<IOptionsFactory<OtlpExporterOptions>>();
        var logger = services.GetRequiredService<ILogger<OtlpExporter>>();
        return new(Exporter(OtlpSignal.Traces), Exporter(OtlpSignal.Logs));

        OtlpExporter Exporter(OtlpSignal signal) =>
            new(signal, OtlpSettings.Read(signal, configuration, options.Create(signal.Name)), new OtlpEnvelope(resource, signal.Scope), logger);
    }

    /// <summary>Sends what is left.</summary>
    /// <returns>When both have.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (var sink in new[] { Spans, AccessLog }.OfType<IAsyncDisposable>())
            await sink.DisposeAsync();
    }
}

/// <summary>Takes records of one signal, encoded.</summary>
internal interface IOtlpSink
{
    /// <summary>Takes a record; never waits.</summary>
    /// <param name="record">A <c>Span</c> or <c>LogRecord</c>; good for this call only.</param>
    void Add(ReadOnlySpan<byte> record);
}
