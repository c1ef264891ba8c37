using System.Diagnostics;
using System.Threading.Channels;
using Sidecar.Proxy.Observability.Otlp;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>Takes a sidecar's spans, as encoded for a collector.</summary>
internal sealed class RecordedSpans : IOtlpSink
{
    private readonly Channel<RecordedSpan> _spans = Channel.CreateUnbounded<RecordedSpan>();

    public void Add(ReadOnlySpan<byte> record) => _spans.Writer.TryWrite(new(new OtlpFields(record)));

    /// <summary>The spans of a trace, ended in this order, up to and including its server span.</summary>
    public async Task<IReadOnlyList<RecordedSpan>> OfTraceAsync(string traceId)
    {
        var found = new List<RecordedSpan>();
        while (true)
        {
            var span = await _spans.Reader.ReadAsync(Patience.Token());
            if (span.TraceId.ToHexString() != traceId)
                continue;
            found.Add(span);
            if (span.Kind == ActivityKind.Server)
                return found;
        }
    }

    /// <summary>Everything that has ended and was not asked for.</summary>
    public IReadOnlyList<RecordedSpan> Drain()
    {
        var all = new List<RecordedSpan>();
        while (_spans.Reader.TryRead(out var span))
            all.Add(span);
        return all;
    }
}
