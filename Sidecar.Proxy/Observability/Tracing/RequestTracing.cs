using System.Diagnostics;
using OpenTelemetry.Trace;
using Sidecar.Proxy.Observability.Otlp;

namespace Sidecar.Proxy.Observability.Tracing;

/// <summary>A server span for each request, a client span for each attempt, by OpenTelemetry's HTTP semantic conventions.</summary>
/// <param name="settings">The configuration.</param>
/// <param name="sinks">Where spans go.</param>
/// <param name="sampler">Which requests are recorded.</param>
internal sealed class RequestTracing(SidecarSettings settings, OtlpSinks sinks, Sampler sampler)
{
    private readonly IOtlpSink? _spans = sinks.Spans;

    /// <summary>Opens the server span, continuing the client's trace if it sent one.</summary>
    public void Open(RequestRecord request)
    {
        var options = settings.Current.Tracing;
        var hasParent = TryReadParent(request, options, out var parent);
        if (_spans is not null && request.B3 != B3.Deny && !options.IsHealthCheck(request.Path, request.UserAgent))
            request.Span = Begin(request.Method, hasParent, parent);
        request.IsPartOfTrace = hasParent || request.Span is not null;
        request.Trace = request.Span?.Context ?? parent;
    }

    /// <summary>Opens the client span; what it is called is what the application receives as its parent.</summary>
    public static void Open(AttemptRecord attempt)
    {
        var request = attempt.Request;
        // A context that nobody records would tell the application not to record either.
        attempt.Trace = request switch
        {
            { Span.Recorded: true, Trace: var trace } => new(trace.TraceId, ActivitySpanId.CreateRandom(), trace.TraceFlags, trace.TraceState),
            { IsPartOfTrace: true } => request.Trace,
            _ => default,
        };
    }

    /// <summary>Ends the client span.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="started">When it started.</param>
    /// <param name="duration">How long it took.</param>
    public void Close(AttemptRecord attempt, DateTimeOffset started, TimeSpan duration)
    {
        if (attempt.Request.Span is not { Recorded: true } parent)
            return;
        var writer = ProtobufWriter.Rent();
        SpanEncoder.WriteClient(writer, attempt, parent.SpanId, started, duration);
        _spans!.Add(writer.Written);
    }

    /// <summary>Ends the server span.</summary>
    public void Close(RequestRecord request)
    {
        if (request.Span is not { Recorded: true } span)
            return;
        var writer = ProtobufWriter.Rent();
        SpanEncoder.WriteServer(writer, request, span);
        _spans!.Add(writer.Written);
    }

    /// <summary>Nobody listens to this activity: it makes the ids, and while it is current, log records and exemplars carry them.</summary>
    private Activity Begin(string method, bool hasParent, ActivityContext parent)
    {
        var span = new Activity(Instrumentation.Name) { TraceStateString = parent.TraceState };
        if (hasParent)
            span.SetParentId(parent.TraceId, parent.SpanId);
        var outer = Activity.Current;
        // What is current would be the parent of a trace that begins here.
        Activity.Current = null;
        span.Start();
        Activity.Current = outer;
        var isRecorded = sampler.ShouldSample(new SamplingParameters(parent, span.TraceId, method, ActivityKind.Server)).Decision == SamplingDecision.RecordAndSample;
        span.ActivityTraceFlags = (isRecorded ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None) | (hasParent ? parent.TraceFlags & TraceContext.Random : TraceContext.Random);
        return span;
    }

    private static bool TryReadParent(RequestRecord request, TracingOptions options, out ActivityContext parent)
    {
        for (var i = 0; i < options.Propagators.Count; i++)
        {
            var propagator = options.Propagators[i];
            if (propagator == TracePropagator.TraceContext && TraceContext.TryParse(request.TraceParent, request.TraceState, out parent))
                return true;
            if (propagator is TracePropagator.B3 or TracePropagator.B3Multi && B3.TryParse(request.B3, out parent))
                return true;
        }

        parent = default;
        return false;
    }
}
