namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>What OTLP and OpenTelemetry's variables call a signal (OTLP 1.0; SDK environment variables).</summary>
/// <param name="Name">Its name, also the end of its URL over HTTP.</param>
/// <param name="Service">Its service over gRPC.</param>
/// <param name="BatchVariables">How the variables of its batches begin.</param>
/// <param name="Scope">The name of the instrumentation scope.</param>
internal sealed record OtlpSignal(string Name, string Service, string BatchVariables, string Scope)
{
    /// <summary>Spans.</summary>
    public static OtlpSignal Traces { get; } = new("traces", "opentelemetry.proto.collector.trace.v1.TraceService", "OTEL_BSP", Instrumentation.Name);

    /// <summary>The access log.</summary>
    public static OtlpSignal Logs { get; } = new("logs", "opentelemetry.proto.collector.logs.v1.LogsService", "OTEL_BLRP", AccessLogging.AccessLog.Category);

    /// <summary>The path over gRPC.</summary>
    public string GrpcPath => $"/{Service}/Export";

    /// <summary>The path over HTTP, below the endpoint for all signals.</summary>
    public string HttpPath => $"v1/{Name}";
}
