using System.Diagnostics;

namespace Sidecar.Proxy.Observability.Prometheus;

/// <summary>One combination of an instrument's tags, and what was measured for it.</summary>
internal sealed class Series
{
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly double[] _bounds;
    private readonly long[] _buckets;
    private readonly Exemplar?[] _exemplars;
    private readonly Lock _lock = new();
    private double _sum;
    private long _count;

    /// <summary>Begins a series.</summary>
    /// <param name="tags">Its tags.</param>
    /// <param name="bounds">Its buckets' upper bounds; empty when it is no histogram.</param>
    public Series(ReadOnlySpan<KeyValuePair<string, object?>> tags, double[] bounds)
    {
        _tags = tags.ToArray();
        _bounds = bounds;
        _buckets = new long[bounds.Length + 1];
        _exemplars = new Exemplar?[bounds.Length + 1];
    }

    /// <summary>Its tags.</summary>
    public ReadOnlySpan<KeyValuePair<string, object?>> Tags => _tags;

    /// <summary>Whether these are its tags, in this order.</summary>
    /// <param name="tags">The tags.</param>
    /// <returns>Whether they are.</returns>
    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != _tags.Length)
            return false;
        for (var i = 0; i < tags.Length; i++)
        {
            if (!ReferenceEquals(tags[i].Key, _tags[i].Key) && tags[i].Key != _tags[i].Key)
                return false;
            if (!Equals(tags[i].Value, _tags[i].Value))
                return false;
        }

        return true;
    }

    /// <summary>Adds to a counter.</summary>
    /// <param name="value">By how much.</param>
    public void Add(double value)
    {
        lock (_lock)
            _sum += value;
    }

    /// <summary>Sets a value that is observed as a whole.</summary>
    /// <param name="value">The value.</param>
    public void Set(double value)
    {
        lock (_lock)
            _sum = value;
    }

    /// <summary>Adds to a histogram, keeping the trace as an example of the bucket it falls into.</summary>
    /// <param name="value">What was measured.</param>
    public void Record(double value)
    {
        var bucket = 0;
        while (bucket < _bounds.Length && value > _bounds[bucket])
            bucket++;
        var exemplar = Activity.Current is { Recorded: true } span ? new Exemplar(span.TraceId, span.SpanId, value, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()) : (Exemplar?)null;
        lock (_lock)
        {
            _buckets[bucket]++;
            _sum += value;
            _count++;
            if (exemplar is not null)
                _exemplars[bucket] = exemplar;
        }
    }

    /// <summary>Takes a consistent copy.</summary>
    /// <returns>What was measured so far.</returns>
    public Snapshot Read()
    {
        lock (_lock)
            return new(_sum, _count, [.. _buckets], [.. _exemplars]);
    }

    /// <summary>A request that stands for others in its bucket.</summary>
    /// <param name="Trace">Its trace.</param>
    /// <param name="Span">Its span.</param>
    /// <param name="Value">What was measured for it.</param>
    /// <param name="UnixMilliseconds">When.</param>
    public readonly record struct Exemplar(ActivityTraceId Trace, ActivitySpanId Span, double Value, long UnixMilliseconds);

    /// <summary>What was measured.</summary>
    /// <param name="Sum">The value, or a histogram's sum.</param>
    /// <param name="Count">A histogram's count.</param>
    /// <param name="Buckets">A histogram's buckets, not cumulative.</param>
    /// <param name="Exemplars">An example for each bucket, or null.</param>
    public sealed record Snapshot(double Sum, long Count, long[] Buckets, Exemplar?[] Exemplars);
}
