using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sidecar.Proxy.Observability.Prometheus;

/// <summary>Collects what the sidecar's and the runtime's instruments measure, for Prometheus to fetch.</summary>
public sealed class PrometheusRegistry : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, Metric> _metrics = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="meters">Where the sidecar's meter comes from.</param>
    public PrometheusRegistry(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if ((instrument.Meter.Name == Instrumentation.Name && ReferenceEquals(instrument.Meter.Scope, meters)) || instrument.Meter.Name == "System.Runtime")
                listener.EnableMeasurementEvents(instrument, _metrics.GetOrAdd(instrument, static instrument => new Metric(instrument)));
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, metric) => ((Metric)metric!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, metric) => ((Metric)metric!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, metric) => ((Metric)metric!).Measure(value, tags));
        _listener.Start();
    }

    /// <summary>Writes everything in Prometheus' text format.</summary>
    /// <param name="openMetrics">Whether to write OpenMetrics instead, which has exemplars.</param>
    /// <returns>The text.</returns>
    public string Write(bool openMetrics)
    {
        _listener.RecordObservableInstruments();
        return new ExpositionWriter(openMetrics).Write(_metrics.Values.OrderBy(metric => metric.Name, StringComparer.Ordinal));
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();
}
