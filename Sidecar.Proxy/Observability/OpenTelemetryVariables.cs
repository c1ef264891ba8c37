using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Observability;

/// <summary>
/// Checks OpenTelemetry's variables before the SDK reads them, which throws in the middle of the start, or exports nothing without a word. Its
/// specification has an empty variable be as good as none.
/// </summary>
internal static class OpenTelemetryVariables
{
    private const string Exporter = "OTEL_EXPORTER_OTLP";

    // Queues are allocated at once.
    private const int MaxQueue = 1_000_000;

    private static readonly string[] Signals = ["", "_TRACES", "_METRICS", "_LOGS"];

    private static readonly (string Name, string Allowed, Func<string, bool> IsAllowed)[] Rules =
    [
        .. Signals.SelectMany(static signal => ForSignal($"{Exporter}{signal}")),
        ($"{Exporter}_CERTIFICATE", "a PEM file of certificates", static value => Pem.AuthoritiesProblem(value) is null),
        .. ForBatches("OTEL_BSP"),
        .. ForBatches("OTEL_BLRP"),
        Number("OTEL_METRIC_EXPORT_INTERVAL", 1),
        Number("OTEL_METRIC_EXPORT_TIMEOUT", 0),
        OneOf("OTEL_METRICS_EXEMPLAR_FILTER", "always_on", "always_off", "trace_based"),
        OneOf($"{Exporter}_METRICS_TEMPORALITY_PREFERENCE", "cumulative", "delta", "lowmemory"),
        OneOf($"{Exporter}_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "explicit_bucket_histogram", "base2_exponential_bucket_histogram"),
        OneOf("OTEL_SDK_DISABLED", "true", "false"),
        ("OTEL_RESOURCE_ATTRIBUTES", "key=value pairs, comma-separated", static value => Pairs(value).All(static pair => pair.Name.Length > 0)),
        .. new[] { "ATTRIBUTE_VALUE_LENGTH", "ATTRIBUTE_COUNT", "SPAN_ATTRIBUTE_VALUE_LENGTH", "SPAN_ATTRIBUTE_COUNT", "SPAN_EVENT_COUNT", "SPAN_LINK_COUNT", "EVENT_ATTRIBUTE_COUNT", "LINK_ATTRIBUTE_COUNT", "LOGRECORD_ATTRIBUTE_VALUE_LENGTH", "LOGRECORD_ATTRIBUTE_COUNT" }
            .Select(static name => Number($"OTEL_{name}_LIMIT", 0)),
        .. TracingEnvironment.Rules,
    ];

    /// <summary>Checks all of them.</summary>
    /// <param name="configuration">The configuration, the environment included.</param>
    /// <exception cref="ConfigurationException">One cannot be used.</exception>
    public static void Check(IConfiguration configuration)
    {
        List<ConfigurationProblem> problems =
        [
            .. Rules.Where(rule => configuration[rule.Name] is { Length: > 0 } value && !rule.IsAllowed(value)).Select(rule => new ConfigurationProblem(rule.Name, Shown(rule.Name, configuration[rule.Name]!), rule.Allowed)),
            .. CheckTogether(configuration),
            .. TracingEnvironment.ArgumentProblem(configuration) is { } argument ? [argument] : Array.Empty<ConfigurationProblem>(),
        ];
        if (problems.Count > 0)
            throw new ConfigurationException(problems);
    }

    private static IEnumerable<ConfigurationProblem> CheckTogether(IConfiguration configuration)
    {
        var (certificate, key) = (configuration[$"{Exporter}_CLIENT_CERTIFICATE"], configuration[$"{Exporter}_CLIENT_KEY"]);
        if (string.IsNullOrEmpty(certificate) && !string.IsNullOrEmpty(key))
            yield return new($"{Exporter}_CLIENT_KEY", key, $"left out unless {Exporter}_CLIENT_CERTIFICATE is given");
        else if (!string.IsNullOrEmpty(certificate) && Pem.WhyNot(() => Pem.LoadCertificate(certificate, string.IsNullOrEmpty(key) ? null : key)) is { } error)
            yield return new($"{Exporter}_CLIENT_CERTIFICATE", certificate, $"a PEM certificate with its key, here or in {Exporter}_CLIENT_KEY ({error})");
        foreach (var prefix in new[] { "OTEL_BSP", "OTEL_BLRP" })
        {
            if (int.TryParse(configuration[$"{prefix}_MAX_EXPORT_BATCH_SIZE"], out var batch) && int.TryParse(configuration[$"{prefix}_MAX_QUEUE_SIZE"], out var queue) && batch > queue)
                yield return new($"{prefix}_MAX_EXPORT_BATCH_SIZE", $"{batch}", $"no more than {prefix}_MAX_QUEUE_SIZE, which is {queue}");
        }
    }

    private static (string Name, string Allowed, Func<string, bool> IsAllowed)[] ForSignal(string prefix) =>
    [
        ($"{prefix}_ENDPOINT", "an absolute http or https URL such as http://localhost:4317, without user", IsEndpoint),
        ($"{prefix}_PROTOCOL", "grpc or http/protobuf", static value => value is "grpc" or "http/protobuf"),
        ($"{prefix}_COMPRESSION", "gzip or none", static value => value is "gzip" or "none"),
        ($"{prefix}_HEADERS", "name=value pairs, comma-separated", static value => Pairs(Uri.UnescapeDataString(value)).All(static pair => HttpGrammar.IsToken(pair.Name) && HttpGrammar.IsFieldValue(pair.Value))),
        Number($"{prefix}_TIMEOUT", 1),
    ];

    private static (string Name, string Allowed, Func<string, bool> IsAllowed)[] ForBatches(string prefix) =>
    [
        Number($"{prefix}_SCHEDULE_DELAY", 1),
        Number($"{prefix}_EXPORT_TIMEOUT", 0),
        Number($"{prefix}_MAX_QUEUE_SIZE", 1, MaxQueue),
        Number($"{prefix}_MAX_EXPORT_BATCH_SIZE", 1, MaxQueue),
    ];

    private static (string Name, string Allowed, Func<string, bool> IsAllowed) Number(string name, int minimum, int maximum = int.MaxValue) =>
        (name, $"a number from {minimum} to {maximum}", value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum);

    private static (string Name, string Allowed, Func<string, bool> IsAllowed) OneOf(string name, params string[] values) =>
        (name, $"one of {string.Join(", ", values)}", value => values.Contains(value, StringComparer.OrdinalIgnoreCase));

    private static bool IsEndpoint(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url is { Host.Length: > 0, UserInfo.Length: 0 };

    // What has no sign has no name.
    private static IEnumerable<(string Name, string Value)> Pairs(string list) => list.TrimEnd(',', ' ').Split(',').Select(static pair =>
    {
        var sign = pair.IndexOf('=', StringComparison.Ordinal);
        return sign < 0 ? ("", pair) : (pair[..sign].Trim(' '), pair[(sign + 1)..].Trim(' '));
    });

    private static string Shown(string name, string value) => name.EndsWith("_HEADERS", StringComparison.Ordinal) ? SecretAttribute.Mask : value;
}
