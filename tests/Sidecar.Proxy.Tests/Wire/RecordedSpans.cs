using System.Diagnostics;
using System.Threading.Channels;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>Listens to the sidecar's spans. Tests run side by side, so it is asked for one trace at a time.</summary>
internal sealed class RecordedSpans : IDisposable
{
    private readonly Channel<Activity> _spans = Channel.CreateUnbounded<Activity>();
    private readonly ActivityListener _listener;

    public RecordedSpans(ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Sidecar.Proxy",
            Sample = (ref _) => sampling,
            ActivityStopped = span => _spans.Writer.TryWrite(span),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The spans of a trace, ended in this order, up to and including its server span.</summary>
    public async Task<IReadOnlyList<Activity>> OfTraceAsync(string traceId)
    {
        var found = new List<Activity>();
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

    /// <summary>Everything that has ended and was not asked for, of all tests that run.</summary>
    public IReadOnlyList<Activity> Drain()
    {
        var all = new List<Activity>();
        while (_spans.Reader.TryRead(out var span))
            all.Add(span);
        return all;
    }

    public void Dispose() => _listener.Dispose();
}
