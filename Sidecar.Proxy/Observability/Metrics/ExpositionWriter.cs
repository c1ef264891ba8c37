using OpenTelemetry.Metrics;

namespace Sidecar.Proxy.Observability.Metrics;

/// <summary>Writes metrics as text. Runs when somebody fetches them, never on a request's path.</summary>
internal sealed class ExpositionWriter(Utf8Builder output, ExpositionFormat format)
{
    private readonly HashSet<string> _families = [];
    private readonly List<Exemplar> _exemplars = [];
    private readonly bool _isOpenMetrics = format == ExpositionFormat.OpenMetrics;

    /// <summary>Writes what is known of the process itself, as OpenTelemetry's resource has it.</summary>
    public void WriteTarget(IEnumerable<KeyValuePair<string, object>> attributes)
    {
        Describe(_isOpenMetrics ? "target" : "target_info", "Target metadata", _isOpenMetrics ? "info" : "gauge", unit: "");
        output.Append("target_info"u8);
        var separator = '{';
        foreach (var (name, value) in attributes)
            Label(ref separator, PrometheusName.OfLabel(name), value);
        output.Append(separator == '{' ? " 1\n"u8 : "} 1\n"u8);
    }

    /// <summary>Writes a metric with all of its series.</summary>
    public void Write(Metric metric)
    {
        var isCounter = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
        var isHistogram = metric.MetricType == MetricType.Histogram;
        if (metric.MetricType is MetricType.ExponentialHistogram)
            return;
        var unit = PrometheusName.OfUnit(metric.Unit, isGauge: !isCounter && !isHistogram);
        var name = PrometheusName.OfMetric(metric.Name, unit);
        if (isCounter && name.EndsWith("_total", StringComparison.Ordinal))
            name = name[..^"_total".Length];
        // The same name with another type would make the whole exposition invalid.
        if (!_families.Add(name))
            return;

        Describe(isCounter && !_isOpenMetrics ? name + "_total" : name, metric.Description, isCounter ? "counter" : isHistogram ? "histogram" : "gauge", unit);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            if (isHistogram)
                WriteHistogram(name, metric, in point);
            else
                WriteValue(isCounter ? name + "_total" : name, metric, in point, isCounter);
        }
    }

    /// <summary>Ends the exposition.</summary>
    public void End()
    {
        if (_isOpenMetrics)
            output.Append("# EOF\n"u8);
    }

    private void Describe(string family, string help, string type, string unit)
    {
        output.Append("# TYPE "u8).Append(family).Append(" "u8).Append(type).Append("\n"u8);
        if (_isOpenMetrics && unit.Length > 0)
            output.Append("# UNIT "u8).Append(family).Append(" "u8).Append(unit).Append("\n"u8);
        if (help.Length > 0)
            output.Append("# HELP "u8).Append(family).Append(" "u8).Append(Escape(help, quotes: _isOpenMetrics)).Append("\n"u8);
    }

    private void WriteValue(string name, Metric metric, in MetricPoint point, bool isCounter)
    {
        Series(name, metric, in point, le: null);
        if (metric.MetricType is MetricType.LongSum or MetricType.LongSumNonMonotonic)
            output.Append(point.GetSumLong());
        else if (metric.MetricType is MetricType.LongGauge)
            output.Append(point.GetGaugeLastValueLong());
        else
            Number(metric.MetricType is MetricType.DoubleGauge ? point.GetGaugeLastValueDouble() : point.GetSumDouble());
        if (isCounter && TakeExemplars(in point))
            WriteExemplar(_exemplars[0], metric.MetricType == MetricType.LongSum ? _exemplars[0].LongValue : _exemplars[0].DoubleValue);
        output.Append("\n"u8);
    }

    private void WriteHistogram(string name, Metric metric, in MetricPoint point)
    {
        TakeExemplars(in point);
        var (count, below) = (0L, double.NegativeInfinity);
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            Series(name + "_bucket", metric, in point, bucket.ExplicitBound);
            output.Append(count);
            foreach (var exemplar in _exemplars)
            {
                if (exemplar.DoubleValue <= below || exemplar.DoubleValue > bucket.ExplicitBound)
                    continue;
                WriteExemplar(exemplar, exemplar.DoubleValue);
                break;
            }

            output.Append("\n"u8);
            below = bucket.ExplicitBound;
        }

        Series(name + "_count", metric, in point, le: null);
        output.Append(count).Append("\n"u8);
        Series(name + "_sum", metric, in point, le: null);
        Number(point.GetHistogramSum());
        output.Append("\n"u8);
    }

    private void Series(string name, Metric metric, in MetricPoint point, double? le)
    {
        output.Append(name);
        var separator = '{';
        Label(ref separator, "otel_scope_name", metric.MeterName);
        if (!string.IsNullOrEmpty(metric.MeterVersion))
            Label(ref separator, "otel_scope_version", metric.MeterVersion);
        foreach (var (tag, value) in point.Tags)
            Label(ref separator, PrometheusName.OfLabel(tag), value);
        if (le is { } bound)
            Label(ref separator, "le", Canonical(bound));
        output.Append("} "u8);
    }

    private void Label(ref char separator, string name, object? value)
    {
        output.Append((ReadOnlySpan<char>)[separator]).Append(name).Append("=\""u8).Append(Escape(Text(value), quotes: true)).Append("\""u8);
        separator = ',';
    }

    private bool TakeExemplars(in MetricPoint point)
    {
        _exemplars.Clear();
        if (!_isOpenMetrics || !point.TryGetExemplars(out var exemplars))
            return false;
        foreach (ref readonly var exemplar in exemplars)
        {
            if (exemplar.TraceId != default)
                _exemplars.Add(exemplar);
        }

        return _exemplars.Count > 0;
    }

    private void WriteExemplar(Exemplar exemplar, double value)
    {
        output.Append(" # {trace_id=\""u8).Append(exemplar.TraceId.ToHexString()).Append("\",span_id=\""u8).Append(exemplar.SpanId.ToHexString()).Append("\"} "u8);
        Number(value);
        output.Append(" "u8).Append(exemplar.Timestamp.ToUnixTimeMilliseconds() / 1000.0, "F3");
    }

    private void Number(double value) => output.Append(Text(value));

    // OpenMetrics wants a point in every bound, and a series must not change its name with the format.
    private static string Canonical(double bound) => Text(bound) is var text && double.IsFinite(bound) && !text.AsSpan().ContainsAny('.', 'E') ? text + ".0" : text;

    private static string Text(object? value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
