using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.Metrics;
using Sidecar.Proxy.Observability.Otlp;
using Sidecar.Proxy.Observability.Tracing;
using Sidecar.Proxy.Requests;

namespace SidecarAspire.Micro;

/// <summary>Spans, metrics, the request's name and the configuration, as each request asks for them.</summary>
[MemoryDiagnoser]
public class TelemetryBenchmarks
{
    private readonly SidecarSettings _settings = new(Requests.Options);
    private readonly RequestRecord _record = Requests.Record();
    private RequestTracing _tracing = null!;
    private RequestMetrics _metrics = null!;
    private MeterListener _measurements = null!;

    /// <summary>Has somebody listen, as with an exporter.</summary>
    [GlobalSetup]
    public void Listen()
    {
        _tracing = new RequestTracing(_settings, new OtlpSinks(new Nowhere(), null), new ParentBasedSampler(new AlwaysOnSampler()));
        _metrics = new RequestMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
        _measurements = new MeterListener { InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        _measurements.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        _measurements.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        _measurements.Start();
    }

    /// <summary>Stops listening.</summary>
    [GlobalCleanup]
    public void Stop() => _measurements.Dispose();

    /// <summary>The server span and one client span.</summary>
    [Benchmark]
    public void Spans()
    {
        _tracing.Open(_record);
        var attempt = new AttemptRecord { Request = _record, Target = Requests.Target, Resend = 0, Timestamp = 0, StatusCode = 200 };
        RequestTracing.Open(attempt);
        _tracing.Close(attempt, _record.Time, TimeSpan.FromMilliseconds(1));
        _tracing.Close(_record);
    }

    /// <summary>All of a request's metrics, an attempt's excepted.</summary>
    [Benchmark]
    public void Metrics()
    {
        _metrics.Open(_record);
        _metrics.Close(_record);
    }

    /// <summary>A name for a request that comes without.</summary>
    [Benchmark]
    public string Request_id() => RequestId.New(DateTimeOffset.UnixEpoch);

    /// <summary>The configuration in force.</summary>
    [Benchmark]
    public object Configuration() => _settings.Current.Upstream;

    private sealed class Nowhere : IOtlpSink
    {
        public void Add(ReadOnlySpan<byte> record)
        {
        }
    }
}
