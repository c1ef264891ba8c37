namespace Aspire.Hosting.Dashboard;

/// <summary>The environment that makes a resource send its telemetry to the dashboard, by OpenTelemetry's names.</summary>
internal static class OtlpEnvironment
{
    /// <summary>The variable that holds the dashboard's key; its value is not to be shown.</summary>
    public const string SecretName = "OTEL_EXPORTER_OTLP_HEADERS";

    /// <summary>The variable that says what projects do with telemetry that could not be sent.</summary>
    public const string RetryName = "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY";

    /// <summary>They keep it in memory and try again.</summary>
    public const string RetryInMemory = "in_memory";

    /// <summary>What projects get besides: telemetry outlasts a dashboard that starts late, and URLs stay whole.</summary>
    public static readonly IReadOnlyDictionary<string, string> OfProjects = new Dictionary<string, string>
    {
        [RetryName] = RetryInMemory,
        ["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true",
        ["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true",
    };

    private const string Milliseconds = "1000";

    /// <summary>Computes the environment of any resource.</summary>
    /// <param name="options">Where the dashboard takes telemetry.</param>
    /// <param name="serviceName">The resource's name.</param>
    /// <param name="instanceId">The suffix of the resource's instance.</param>
    /// <param name="isDevelopment">Whether telemetry is to arrive within a second, and all of it.</param>
    public static IReadOnlyDictionary<string, string> Of(DashboardOptions options, string serviceName, string instanceId, bool isDevelopment)
    {
        var environment = new Dictionary<string, string>
        {
            ["OTEL_SERVICE_NAME"] = serviceName,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instanceId}",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = options.OtlpGrpcUrl,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
        };
        if (options.OtlpApiKey is { } key)
        {
            environment[SecretName] = $"x-otlp-api-key={key}";
        }

        if (isDevelopment)
        {
            environment["OTEL_BLRP_SCHEDULE_DELAY"] = Milliseconds;
            environment["OTEL_BSP_SCHEDULE_DELAY"] = Milliseconds;
            environment["OTEL_METRIC_EXPORT_INTERVAL"] = Milliseconds;
            environment["OTEL_TRACES_SAMPLER"] = "always_on";
            environment["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
        }

        return environment;
    }
}
