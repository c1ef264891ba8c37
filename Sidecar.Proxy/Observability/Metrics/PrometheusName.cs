namespace Sidecar.Proxy.Observability.Metrics;

/// <summary>OpenTelemetry's names as Prometheus has them, by the specification's chapter "OTLP Metric points to Prometheus".</summary>
internal static class PrometheusName
{
    /// <summary>A metric family's name: the unit at its end, without <c>_total</c>.</summary>
    /// <param name="name">The instrument's name.</param>
    /// <param name="unit">The unit in Prometheus' words, or empty.</param>
    /// <returns>The name.</returns>
    public static string OfMetric(string name, string unit)
    {
        var clean = Clean(name);
        return unit.Length == 0 || clean.EndsWith("_" + unit, StringComparison.Ordinal) ? clean : $"{clean}_{unit}";
    }

    /// <summary>A label's name.</summary>
    /// <returns>The name.</returns>
    public static string OfLabel(string name) => Clean(name);

    /// <summary>A unit in words.</summary>
    /// <param name="unit">The unit in UCUM's notation.</param>
    /// <param name="isGauge">Whether it is a gauge's: only there is 1 a ratio.</param>
    /// <returns>The unit, or empty when it counts things.</returns>
    public static string OfUnit(string unit, bool isGauge)
    {
        var brace = unit.IndexOf('{', StringComparison.Ordinal);
        var bare = brace < 0 ? unit : unit[..brace] + unit[(unit.IndexOf('}', StringComparison.Ordinal) + 1)..];
        var slash = bare.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
            return slash == 0 ? "per_" + Singular(bare[1..]) : $"{Word(bare[..slash])}_per_{Singular(bare[(slash + 1)..])}";
        return bare == "1" ? (isGauge ? "ratio" : "") : Word(bare);
    }

    private static string Singular(string unit) => Word(unit).TrimEnd('s');

    private static string Word(string unit) => unit switch
    {
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "%" => "percent",
        _ => Clean(unit),
    };

    private static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var character in name)
        {
            if (char.IsAsciiLetterOrDigit(character) || character == ':')
                clean.Append(character);
            else if (clean.Length == 0 || clean[^1] != '_')
                clean.Append('_');
        }

        if (clean.Length > 0 && char.IsAsciiDigit(clean[0]))
            clean.Insert(0, '_');
        return clean.ToString();
    }
}
