using System.Globalization;
using System.Text;

namespace Sidecar.Proxy.Observability.Prometheus;

/// <summary>Writes metrics in Prometheus' text format 0.0.4 or in OpenMetrics 1.0.</summary>
/// <param name="openMetrics">Which of the two.</param>
internal sealed class ExpositionWriter(bool openMetrics)
{
    private readonly StringBuilder _text = new();

    /// <summary>Writes metrics.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <returns>The text.</returns>
    public string Write(IEnumerable<Metric> metrics)
    {
        foreach (var metric in metrics.Where(metric => metric.AllSeries.Count > 0))
            Write(metric);
        if (openMetrics)
            _text.Append("# EOF\n");
        return _text.ToString();
    }

    private void Write(Metric metric)
    {
        // OpenMetrics names the family, the older format the sample.
        var sample = metric.Kind == MetricKind.Counter ? metric.Name + "_total" : metric.Name;
        var family = openMetrics ? metric.Name : sample;
        _text.Append("# TYPE ").Append(family).Append(' ').Append(metric.Kind.ToString().ToLowerInvariant()).Append('\n');
        if (metric.Help.Length > 0)
            _text.Append("# HELP ").Append(family).Append(' ').Append(Escape(metric.Help)).Append('\n');
        foreach (var series in metric.AllSeries)
        {
            var snapshot = series.Read();
            if (metric.Kind == MetricKind.Histogram)
                WriteHistogram(metric, series, snapshot);
            else
                WriteSample(sample, series, null, snapshot.Sum);
        }
    }

    private void WriteHistogram(Metric metric, Series series, Series.Snapshot snapshot)
    {
        long cumulative = 0;
        for (var i = 0; i < snapshot.Buckets.Length; i++)
        {
            cumulative += snapshot.Buckets[i];
            var bound = i < metric.Bounds.Length ? Number(metric.Bounds[i], isBound: true) : "+Inf";
            WriteSample(metric.Name + "_bucket", series, bound, cumulative, openMetrics ? snapshot.Exemplars[i] : null);
        }

        WriteSample(metric.Name + "_sum", series, null, snapshot.Sum);
        WriteSample(metric.Name + "_count", series, null, snapshot.Count);
    }

    private void WriteSample(string name, Series series, string? bound, double value, Series.Exemplar? exemplar = null)
    {
        _text.Append(name);
        var separator = '{';
        foreach (var (key, tag) in series.Tags)
        {
            _text.Append(separator).Append(key.Replace('.', '_')).Append("=\"").Append(Escape(Convert.ToString(tag, CultureInfo.InvariantCulture) ?? "")).Append('"');
            separator = ',';
        }

        if (bound is not null)
        {
            _text.Append(separator).Append("le=\"").Append(bound).Append('"');
            separator = ',';
        }

        if (separator == ',')
            _text.Append('}');
        _text.Append(' ').Append(Number(value));
        if (exemplar is { } example)
        {
            _text.Append(" # {trace_id=\"").Append(example.Trace.ToHexString()).Append("\",span_id=\"").Append(example.Span.ToHexString()).Append("\"} ")
                .Append(Number(example.Value)).Append(' ').Append((example.UnixMilliseconds / 1000.0).ToString("F3", CultureInfo.InvariantCulture));
        }

        _text.Append('\n');
    }

    // OpenMetrics wants bounds to look like floating point numbers: 1.0 rather than 1.
    private string Number(double value, bool isBound = false)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return openMetrics && isBound && !text.Contains('.', StringComparison.Ordinal) ? text + ".0" : text;
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
