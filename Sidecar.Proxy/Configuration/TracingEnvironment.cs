using OpenTelemetry.Trace;

namespace Sidecar.Proxy.Configuration;

/// <summary>
/// OpenTelemetry's variables for traces. A value that it knows and the sidecar does not is a warning, not an error: they are often set for a
/// whole cluster, and OpenTelemetry asks that they be ignored then.
/// </summary>
internal static class TracingEnvironment
{
    private static readonly string[] Samplers =
        ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    private static readonly string[] OtherSamplers = ["jaeger_remote", "parentbased_jaeger_remote", "xray"];
    private static readonly string[] OtherPropagators = ["jaeger", "xray", "ottrace"];

    /// <summary>The propagators of <c>OTEL_PROPAGATORS</c> that are known here.</summary>
    /// <returns>Their names.</returns>
    public static IEnumerable<string> KnownPropagators(string value) => Names(value).Where(IsPropagator);

    /// <summary>The sampler of <c>OTEL_TRACES_SAMPLER</c>.</summary>
    /// <param name="configuration">The configuration, the environment included.</param>
    /// <returns>The sampler; <c>parentbased_always_on</c> where none or an unknown one is named.</returns>
    public static Sampler Sampler(IConfiguration configuration)
    {
        var ratio = IsRatio(configuration["OTEL_TRACES_SAMPLER_ARG"] ?? "", out var given) ? given : 1;
        return configuration["OTEL_TRACES_SAMPLER"]?.ToLowerInvariant() switch
        {
            "always_on" => new AlwaysOnSampler(),
            "always_off" => new AlwaysOffSampler(),
            "traceidratio" => new TraceIdRatioBasedSampler(ratio),
            "parentbased_always_off" => new ParentBasedSampler(new AlwaysOffSampler()),
            "parentbased_traceidratio" => new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)),
            _ => new ParentBasedSampler(new AlwaysOnSampler()),
        };
    }

    /// <summary>What the variables may be.</summary>
    public static IEnumerable<(string Name, string Allowed, Func<string, bool> IsAllowed)> Rules =>
    [
        ("OTEL_TRACES_SAMPLER", $"one of {string.Join(", ", Samplers)}", static value => Samplers.Concat(OtherSamplers).Contains(value, StringComparer.OrdinalIgnoreCase)),
        ("OTEL_PROPAGATORS", $"some of {PropagatorNames}, comma-separated", static value => Names(value).All(static name => IsPropagator(name) || OtherPropagators.Contains(name, StringComparer.OrdinalIgnoreCase))),
    ];

    /// <summary>What is wrong with the sampler's argument.</summary>
    /// <param name="configuration">The configuration, the environment included.</param>
    /// <returns>The problem, or null.</returns>
    public static ConfigurationProblem? ArgumentProblem(IConfiguration configuration) =>
        configuration["OTEL_TRACES_SAMPLER"]?.EndsWith("traceidratio", StringComparison.OrdinalIgnoreCase) == true && configuration["OTEL_TRACES_SAMPLER_ARG"] is { Length: > 0 } argument && !IsRatio(argument, out _)
            ? new("OTEL_TRACES_SAMPLER_ARG", argument, "a number from 0 to 1")
            : null;

    /// <summary>Says which values OpenTelemetry knows and the sidecar does not follow, and what holds instead.</summary>
    /// <param name="configuration">The configuration, the environment included.</param>
    /// <returns>A line each.</returns>
    public static IEnumerable<string> Ignored(IConfiguration configuration)
    {
        if (configuration["OTEL_TRACES_SAMPLER"] is { Length: > 0 } sampler && OtherSamplers.Contains(sampler, StringComparer.OrdinalIgnoreCase))
            yield return $"OTEL_TRACES_SAMPLER: '{sampler}' is ignored, parentbased_always_on holds; it can be {string.Join(", ", Samplers)}";
        foreach (var name in Names(configuration["OTEL_PROPAGATORS"] ?? "").Where(static name => !IsPropagator(name)))
            yield return $"OTEL_PROPAGATORS: '{name}' is ignored; it can be {PropagatorNames}";
        foreach (var signal in new[] { "TRACES", "METRICS", "LOGS" })
        {
            if (configuration[$"OTEL_{signal}_EXPORTER"] is { Length: > 0 } exporter && exporter != "otlp")
                yield return $"OTEL_{signal}_EXPORTER: '{exporter}' is ignored; OTEL_EXPORTER_OTLP_ENDPOINT says whether there is export";
            if (configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] is { Length: > 0 } && string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
                yield return $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT is ignored without OTEL_EXPORTER_OTLP_ENDPOINT";
            foreach (var name in new[] { "CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY" })
            {
                if (configuration[$"OTEL_EXPORTER_OTLP_{signal}_{name}"] is { Length: > 0 })
                    yield return $"OTEL_EXPORTER_OTLP_{signal}_{name} is ignored; OTEL_EXPORTER_OTLP_{name} is for all signals";
            }
        }
    }

    private static string PropagatorNames => string.Join(", ", Enum.GetNames<TracePropagator>()).ToLowerInvariant();

    private static string[] Names(string value) => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsPropagator(string name) => Enum.GetNames<TracePropagator>().Contains(name, StringComparer.OrdinalIgnoreCase);

    private static bool IsRatio(string text, out double ratio) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out ratio) && ratio is >= 0 and <= 1;
}
