using System.Globalization;
using OpenTelemetry.Exporter;

namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>How a signal is exported, from OpenTelemetry's variables, which <see cref="OpenTelemetryVariables"/> has checked.</summary>
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

        if (Own("TIMEOUT") is { } timeout)
            common.TimeoutMilliseconds = int.Parse(timeout, CultureInfo.InvariantCulture);
        var isGrpc = (Own("PROTOCOL") ?? (common.Protocol == OtlpExportProtocol.HttpProtobuf ? "http/protobuf" : "grpc")) != "http/protobuf";
        var queue = Number(configuration, signal, "MAX_QUEUE_SIZE");
        // A queue that does not hold a batch would never send one.
        var batch = Number(configuration, signal, "MAX_EXPORT_BATCH_SIZE") ?? Math.Min(512, queue ?? 512);
        return new()
        {
            Endpoint = Address(signal, Own("ENDPOINT"), common.Endpoint, isGrpc),
            IsGrpc = isGrpc,
            IsCompressed = (Own("COMPRESSION") ?? (common.Compression == OtlpExportCompression.GZip ? "gzip" : "none")) == "gzip",
            Headers = [.. Pairs(Own("HEADERS") ?? common.Headers ?? "")],
            Client = common.HttpClientFactory,
            QueueSize = queue ?? Math.Max(batch, 8192),
            BatchSize = batch,
            Delay = TimeSpan.FromMilliseconds(Number(configuration, signal, "SCHEDULE_DELAY") ?? (signal == OtlpSignal.Traces ? 5000 : 1000)),
        };
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
