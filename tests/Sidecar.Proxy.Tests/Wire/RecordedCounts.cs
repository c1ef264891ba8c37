using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>What one counter of one sidecar counts, as it counts it.</summary>
internal sealed class RecordedCounts : IDisposable
{
    private readonly Channel<IReadOnlyDictionary<string, object?>> _counts = Channel.CreateUnbounded<IReadOnlyDictionary<string, object?>>();
    private readonly MeterListener _listener = new();

    public RecordedCounts(RunningSidecar sidecar, string name)
    {
        var factory = sidecar.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == name && instrument.Meter.Scope == factory)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _counts.Writer.TryWrite(tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
        _listener.Start();
    }

    /// <summary>The tags of the next one counted.</summary>
    public async Task<IReadOnlyDictionary<string, object?>> NextAsync() => await _counts.Reader.ReadAsync(Patience.Token());

    public void Dispose() => _listener.Dispose();
}
