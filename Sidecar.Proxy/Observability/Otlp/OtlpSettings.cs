using System.Globalization;
using OpenTelemetry.Exporter;

namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>How a signal is exported, from OpenTelemetry's variables. What cannot be used is left out, as OpenTelemetry asks.</summary>
internal sealed record OtlpSettings
{
    /// <summary>The collector's address, path included.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>gRPC, or else protobuf over HTTP/1.1.</summary>
    public required bool IsGrpc { get; init; }

    /// <summary>Whether batches are compressed with gzip.</summary>
    public required bool IsCompressed { get; init; }

    /// <summary>Headers that each batch is sent with.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>Makes the client, with the certificates of <c>OTEL_EXPORTER_OTLP_CERTIFICATE</c> and the like and the timeout of <c>OTEL_EXPORTER_OTLP_TIMEOUT</c> (10 s).</summary>
    public required Func<HttpClient> Client { get; init; }

    /// <summary>How many records may wait. Default: 8192, for a burst of a tenth of a second.</summary>
    public required int QueueSize { get; init; }

    /// <summary>How many records are sent together at most. Default: 512.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How long a record waits for others to fill a batch. Default: 5 s for spans, 1 s for logs.</summary>
    public required TimeSpan Delay { get; init; }

    /// <summary>Reads a signal's settings.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="configuration">The configuration, the environment included.</param>
    /// <param name="common">What the SDK's exporter has read for all signals.</param>
    /// <returns>The settings.</returns>
    public static OtlpSettings Read(OtlpSignal signal, IConfiguration configuration, OtlpExporterOptions common)
    {
        string? Own(string name) => configuration[$"OTEL_EXPORTER_OTLP_{signal.Name.ToUpperInvariant()}_{name}"] is { Length: > 0 } value ? value : null;

        if (int.TryParse(Own("TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out var timeout))
            common.TimeoutMilliseconds = timeout;
        var isGrpc = (Own("PROTOCOL") ?? (common.Protocol == OtlpExportProtocol.HttpProtobuf ? "http/protobuf" : "grpc")) != "http/protobuf";
        var batch = Number(configuration, signal, "MAX_EXPORT_BATCH_SIZE", 512);
        return new()
        {
            Endpoint = Address(signal, Own("ENDPOINT"), common.Endpoint, isGrpc),
            IsGrpc = isGrpc,
            IsCompressed = (Own("COMPRESSION") ?? (common.Compression == OtlpExportCompression.GZip ? "gzip" : "none")) == "gzip",
            Headers = [.. Pairs(Own("HEADERS") ?? common.Headers ?? "")],
            Client = common.HttpClientFactory,
            QueueSize = Math.Max(batch, Number(configuration, signal, "MAX_QUEUE_SIZE", 8192)),
            BatchSize = batch,
            Delay = TimeSpan.FromMilliseconds(Number(configuration, signal, "SCHEDULE_DELAY", signal == OtlpSignal.Traces ? 5000 : 1000)),
        };
    }

    private static Uri Address(OtlpSignal signal, string? own, Uri common, bool isGrpc)
    {
        var isOwn = Uri.TryCreate(own, UriKind.Absolute, out var given);
        var endpoint = isOwn ? given! : common;
        if (isGrpc)
            return new Uri(endpoint, signal.GrpcPath);
        // A signal's own address is the whole one, the common address is where they all are.
        return isOwn ? endpoint : new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{signal.HttpPath}");
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string headers)
    {
        foreach (var pair in Uri.UnescapeDataString(headers).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign)
                yield return new(pair[..sign].TrimEnd(), pair[(sign + 1)..].TrimStart());
        }
    }

    private static int Number(IConfiguration configuration, OtlpSignal signal, string name, int otherwise) =>
        int.TryParse(configuration[$"{signal.BatchVariables}_{name}"], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : otherwise;
}
