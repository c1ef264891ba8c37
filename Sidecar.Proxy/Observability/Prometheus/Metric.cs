using System.Diagnostics.Metrics;
using System.Text;

namespace Sidecar.Proxy.Observability.Prometheus;

/// <summary>One instrument, by its Prometheus name, with its series.</summary>
internal sealed class Metric
{
    // More than any honest deployment has; a client that finds a way to invent series must not fill the memory.
    private const int MaxSeries = 2000;

    private readonly Lock _lock = new();
    private readonly double[] _bounds;
    private volatile Series[] _series = [];

    /// <summary>Prepares for an instrument.</summary>
    /// <param name="instrument">The instrument.</param>
    public Metric(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        Kind = type == typeof(Histogram<>) ? MetricKind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
        IsObservable = instrument.IsObservable;
        _bounds = Kind == MetricKind.Histogram ? (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? [0.005, 0.05, 0.5, 5] : [];
        Name = NameOf(instrument);
        Help = instrument.Description ?? "";
    }

    /// <summary>The name without a counter's suffix.</summary>
    public string Name { get; }

    /// <summary>What it measures.</summary>
    public string Help { get; }

    /// <summary>Its type.</summary>
    public MetricKind Kind { get; }

    /// <summary>Whether values are totals rather than changes.</summary>
    public bool IsObservable { get; }

    /// <summary>The upper bounds of its buckets.</summary>
    public ReadOnlySpan<double> Bounds => _bounds;

    /// <summary>Its series.</summary>
    public IReadOnlyList<Series> AllSeries => _series;

    /// <summary>Takes a measurement.</summary>
    /// <param name="value">What was measured.</param>
    /// <param name="tags">For what.</param>
    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (SeriesFor(tags) is not { } series)
            return;
        if (Kind == MetricKind.Histogram)
            series.Record(value);
        else if (IsObservable)
            series.Set(value);
        else
            series.Add(value);
    }

    private Series? SeriesFor(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var known in _series)
        {
            if (known.Has(tags))
                return known;
        }

        lock (_lock)
        {
            foreach (var known in _series)
            {
                if (known.Has(tags))
                    return known;
            }

            if (_series.Length >= MaxSeries)
                return null;
            var added = new Series(tags, _bounds);
            _series = [.. _series, added];
            return added;
        }
    }

    /// <summary>OpenTelemetry's rules for Prometheus: underscores for dots, the unit at the end, annotations left out.</summary>
    private static string NameOf(Instrument instrument)
    {
        var name = new StringBuilder(instrument.Name).Replace('.', '_').Replace('-', '_').ToString();
        var unit = instrument.Unit switch
        {
            "s" => "seconds",
            "By" => "bytes",
            _ => "",
        };
        return unit.Length == 0 || name.EndsWith(unit, StringComparison.Ordinal) ? name : $"{name}_{unit}";
    }
}
