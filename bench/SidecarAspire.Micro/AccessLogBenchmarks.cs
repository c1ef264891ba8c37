using BenchmarkDotNet.Attributes;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Observability.Otlp;
using Sidecar.Proxy.Requests;

namespace SidecarAspire.Micro;

/// <summary>One record in each of the formats of standard output, and for OTLP.</summary>
[MemoryDiagnoser]
public class AccessLogBenchmarks
{
    private readonly RequestRecord _record = Requests.Record();
    private readonly Utf8Builder _output = new();
    private readonly ProtobufWriter _protobuf = new();
    private readonly LineFormat _line = new();
    private readonly JsonFormat _json = new();
    private readonly ClfFormat _clf = new();

    /// <summary>Ends the request.</summary>
    [GlobalSetup]
    public void Prepare() => (_record.StatusCode, _record.BytesSent, _record.Target) = (200, 32, Requests.Target);

    /// <summary><c>service - target - route - time</c>.</summary>
    [Benchmark]
    public void Line() => Write(_line);

    /// <summary>One JSON object.</summary>
    [Benchmark]
    public void Json() => Write(_json);

    /// <summary>Common Log Format.</summary>
    [Benchmark]
    public void Clf() => Write(_clf);

    /// <summary>The record for OTLP.</summary>
    [Benchmark]
    public void Otlp()
    {
        _protobuf.Clear();
        AccessLogEncoder.Write(_protobuf, "shop", _record);
    }

    private void Write(IAccessLogFormat format)
    {
        _output.Clear();
        format.Write(_record, "shop", _output);
    }
}
