using System.Diagnostics;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Observability.Tracing;

namespace Sidecar.Proxy.Upstream;

/// <summary>The trace on its way to the application, in whatever headers are chosen.</summary>
internal static class TraceHeaders
{
    /// <summary>Adds the headers.</summary>
    /// <param name="attempt">The attempt, which is the application's parent.</param>
    /// <param name="options">Which headers.</param>
    /// <param name="state">What <paramref name="add"/> gets.</param>
    /// <param name="add">Takes each header.</param>
    /// <typeparam name="TState">What <paramref name="add"/> needs.</typeparam>
    public static void Add<TState>(AttemptRecord attempt, TracingOptions options, TState state, Action<TState, string, string> add)
    {
        var trace = attempt.Trace;
        if (!options.UsesTraceContext)
            AddUntouched(attempt.Request, state, add);
        else if (trace != default)
            AddTraceContext(trace, state, add);
        if (options.UsesB3 || options.UsesB3Multi)
            B3.Write(attempt.Request, trace, options.UsesB3, options.UsesB3Multi, state, add);
    }

    private static void AddTraceContext<TState>(ActivityContext trace, TState state, Action<TState, string, string> add)
    {
        add(state, HeaderNames.TraceParent, TraceParent(trace));
        if (!string.IsNullOrEmpty(trace.TraceState))
            add(state, HeaderNames.TraceState, trace.TraceState);
    }

    private static void AddUntouched<TState>(RequestRecord request, TState state, Action<TState, string, string> add)
    {
        if (request.TraceParent is { } parent)
            add(state, HeaderNames.TraceParent, parent);
        if (request.TraceState is { } rest)
            add(state, HeaderNames.TraceState, rest);
    }

    /// <summary>The traceparent header's value.</summary>
    /// <param name="trace">A trace context.</param>
    /// <returns>Version 00 of W3C's format.</returns>
    private static string TraceParent(ActivityContext trace) => string.Create(55, trace, static (text, trace) =>
    {
        "00-".CopyTo(text);
        trace.TraceId.ToHexString().CopyTo(text[3..]);
        text[35] = '-';
        trace.SpanId.ToHexString().CopyTo(text[36..]);
        "-0".CopyTo(text[52..]);
        text[54] = (char)('0' + (int)trace.TraceFlags);
    });
}
