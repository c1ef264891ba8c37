using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>
/// Adds up what one sidecar counts from here on, and reads off the rest. Its /metrics would not do: in a process with several sidecars
/// each tells of all of them.
/// </summary>
internal sealed class RecordedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _values = new();

    public RecordedMetrics(RunningSidecar sidecar)
    {
        var scope = sidecar.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _values.AddOrUpdate(Series(instrument.Name, tags), value, (_, sum) => instrument.IsObservable ? value : sum + value));
        _listener.Start();
    }

    /// <summary>The value of a series, or 0 while there was none.</summary>
    /// <param name="name">The instrument.</param>
    /// <param name="tags">All tags, in order, as <c>name=value</c>.</param>
    public long this[string name, params string[] tags]
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _values.GetValueOrDefault($"{name}|{string.Join('|', tags)}");
        }
    }

    public void Dispose() => _listener.Dispose();

    private static string Series(string name, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var texts = new string[tags.Length];
        for (var i = 0; i < tags.Length; i++)
            texts[i] = $"{tags[i].Key}={tags[i].Value}";
        return $"{name}|{string.Join('|', texts)}";
    }
}
