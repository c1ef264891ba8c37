using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>
/// What one sidecar measures from here on: counts added up, the rest read off, and each measurement as it comes. Its /metrics would not do:
/// in a process with several sidecars each tells of all of them.
/// </summary>
internal sealed class RecordedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _values = new();
    private readonly ConcurrentDictionary<string, Channel<IReadOnlyDictionary<string, object?>>> _measurements = new();

    public RecordedMetrics(RunningSidecar sidecar)
    {
        var scope = sidecar.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            _values.AddOrUpdate(Series(instrument.Name, tags), value, (_, sum) => instrument.IsObservable ? value : sum + value);
            Add(instrument, tags);
        });
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, tags));
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

    /// <summary>The tags of the next measurement.</summary>
    /// <param name="name">The instrument.</param>
    public async Task<IReadOnlyDictionary<string, object?>> NextAsync(string name) => await Measurements(name).Reader.ReadAsync(Patience.Token());

    public void Dispose() => _listener.Dispose();

    private static string Series(string name, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var texts = new string[tags.Length];
        for (var i = 0; i < tags.Length; i++)
            texts[i] = $"{tags[i].Key}={tags[i].Value}";
        return $"{name}|{string.Join('|', texts)}";
    }

    private void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Measurements(instrument.Name).Writer.TryWrite(tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value));

    private Channel<IReadOnlyDictionary<string, object?>> Measurements(string name) => _measurements.GetOrAdd(name, static _ => Channel.CreateUnbounded<IReadOnlyDictionary<string, object?>>());
}
