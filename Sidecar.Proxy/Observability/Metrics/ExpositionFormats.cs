using Microsoft.Net.Http.Headers;

namespace Sidecar.Proxy.Observability.Metrics;

/// <summary>Which format it is to be.</summary>
internal static class ExpositionFormats
{
    /// <summary>The format's media type.</summary>
    /// <returns>A value for Content-Type.</returns>
    public static string ContentType(ExpositionFormat format) => format == ExpositionFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Chooses by what the client accepts: OpenMetrics where it likes it at least as much as text.</summary>
    /// <param name="accept">The Accept header, parsed.</param>
    /// <returns>The format.</returns>
    public static ExpositionFormat Choose(IList<MediaTypeHeaderValue> accept)
    {
        var (open, text) = (0.0, 0.0);
        foreach (var type in accept)
        {
            var quality = type.Quality ?? 1;
            if (type.MediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase))
                open = IsVersion1(type) ? Math.Max(open, quality) : open;
            else if (type.MatchesMediaType("text/plain"))
                text = Math.Max(text, quality);
        }

        return open > 0 && open >= text ? ExpositionFormat.OpenMetrics : ExpositionFormat.Prometheus;
    }

    private static bool IsVersion1(MediaTypeHeaderValue type)
    {
        foreach (var parameter in type.Parameters)
        {
            if (parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase))
                return parameter.GetUnescapedValue().StartsWith("1.", StringComparison.Ordinal);
        }

        return true;
    }
}

/// <summary>The text formats in which metrics are fetched.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus' text format, version 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0, which has units and exemplars.</summary>
    OpenMetrics,
}
