using OpenTelemetry.Exporter;

namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>How a signal is exported, from OpenTelemetry's variables, which <see cref="OpenTelemetryVariables"/> has checked.</summary>
/// <param name="Endpoint">The collector's address, path included.</param>
/// <param name="IsGrpc">gRPC, or else protobuf over HTTP/1.1.</param>
/// <param name="IsCompressed">Whether batches are compressed with gzip.</param>
/// <param name="Headers">Headers that each batch is sent with.</param>
/// <param name="Client">Makes the client, with the certificates of <c>OTEL_EXPORTER_OTLP_CERTIFICATE</c> and the like and the timeout of <c>OTEL_EXPORTER_OTLP_TIMEOUT</c> (10 s).</param>
/// <param name="QueueSize">How many records may wait. Default: 8192, for a burst of a tenth of a second.</param>
/// <param name="BatchSize">How many records are sent together at most. Default: 512.</param>
/// <param name="Delay">How long a record waits for others to fill a batch. Default: 5 s for spans, 1 s for logs.</param>
internal sealed record OtlpSettings(
    Uri Endpoint, bool IsGrpc, bool IsCompressed, IReadOnlyList<KeyValuePair<string, string>> Headers, Func<HttpClient> Client, int QueueSize, int BatchSize, TimeSpan Delay)
{
    /// <summary>Reads a signal's settings.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="configuration">The configuration, the environment included.</param>
    /// <param name="common">What the SDK's exporter has read for all signals.</param>
    /// <returns>The settings.</returns>
    public static OtlpSettings Read(OtlpSignal signal, IConfiguration configuration, OtlpExporterOptions common)
    {
        string? Own(string name) => configuration[$"OTEL_EXPORTER_OTLP_{signal.Name.ToUpperInvariant()}_{name}"] is { Length: > 0 } value ? value : null;

        if (Own("TIMEOUT") is { } timeout)
            common.TimeoutMilliseconds = int.Parse(timeout, CultureInfo.InvariantCulture);
        var isGrpc = (Own("PROTOCOL") ?? (common.Protocol == OtlpExportProtocol.HttpProtobuf ? "http/protobuf" : "grpc")) != "http/protobuf";
        var queue = Number(configuration, signal, "MAX_QUEUE_SIZE");
        // A queue that does not hold a batch would never send one.
        var batch = Number(configuration, signal, "MAX_EXPORT_BATCH_SIZE") ?? Math.Min(512, queue ?? 512);
        return new(
            Endpoint: Address(signal, Own("ENDPOINT"), common.Endpoint, isGrpc),
            IsGrpc: isGrpc,
            IsCompressed: (Own("COMPRESSION") ?? (common.Compression == OtlpExportCompression.GZip ? "gzip" : "none")) == "gzip",
            Headers: [.. Pairs(Own("HEADERS") ?? common.Headers ?? "")],
            Client: common.HttpClientFactory,
            QueueSize: queue ?? Math.Max(batch, 8192),
            BatchSize: batch,
            Delay: TimeSpan.FromMilliseconds(Number(configuration, signal, "SCHEDULE_DELAY") ?? (signal == OtlpSignal.Traces ? 5000 : 1000)));
    }

    private static Uri Address(OtlpSignal signal, string? own, Uri common, bool isGrpc)
    {
        var endpoint = own is null ? common : new Uri(own);
        if (isGrpc)
            return new Uri(endpoint, signal.GrpcPath);
        // A signal's own address is the whole one, the common address is where they all are.
        return own is null ? new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{signal.HttpPath}") : endpoint;
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string headers)
    {
        foreach (var pair in Uri.UnescapeDataString(headers).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var sign = pair.IndexOf('=', StringComparison.Ordinal);
            yield return new(pair[..sign].TrimEnd(), pair[(sign + 1)..].TrimStart());
        }
    }

    private static int? Number(IConfiguration configuration, OtlpSignal signal, string name) =>
        configuration[$"{signal.BatchVariables}_{name}"] is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : null;
}
