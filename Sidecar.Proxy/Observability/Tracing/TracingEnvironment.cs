using System.Globalization;
using OpenTelemetry.Trace;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Observability.Tracing;

/// <summary>
/// OpenTelemetry's variables for traces. A value that cannot be used is a warning, not an error: they are often set for a whole
/// cluster, and OpenTelemetry asks that they be ignored then.
/// </summary>
internal static class TracingEnvironment
{
    private static readonly string[] Samplers =
        ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    /// <summary>The propagators of <c>OTEL_PROPAGATORS</c> that are known here.</summary>
    /// <param name="value">The variable's value.</param>
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

    /// <summary>Says which values are ignored, and what holds instead.</summary>
    /// <param name="configuration">The configuration, the environment included.</param>
    /// <returns>A line each.</returns>
    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        var sampler = configuration["OTEL_TRACES_SAMPLER"];
        var isKnown = string.IsNullOrEmpty(sampler) || Samplers.Contains(sampler, StringComparer.OrdinalIgnoreCase);
        if (!isKnown)
            yield return $"OTEL_TRACES_SAMPLER: '{sampler}' is ignored, parentbased_always_on holds; it can be {string.Join(", ", Samplers)}";
        if (isKnown && sampler?.EndsWith("traceidratio", StringComparison.OrdinalIgnoreCase) == true
            && configuration["OTEL_TRACES_SAMPLER_ARG"] is { Length: > 0 } argument && !IsRatio(argument, out _))
            yield return $"OTEL_TRACES_SAMPLER_ARG: '{argument}' is ignored, 1 holds; it can be a number from 0 to 1";
        foreach (var name in Names(configuration["OTEL_PROPAGATORS"] ?? "").Where(name => !IsPropagator(name)))
            yield return $"OTEL_PROPAGATORS: '{name}' is ignored; it can be {string.Join(", ", Enum.GetNames<TracePropagator>()).ToLowerInvariant()}";
    }

    private static string[] Names(string value) => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsPropagator(string name) => Enum.GetNames<TracePropagator>().Contains(name, StringComparer.OrdinalIgnoreCase);

    private static bool IsRatio(string text, out double ratio) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out ratio) && ratio is >= 0 and <= 1;
}
