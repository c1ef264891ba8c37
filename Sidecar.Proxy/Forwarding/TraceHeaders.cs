using System.Diagnostics;
using System.Net.Http.Headers;

namespace Sidecar.Proxy.Forwarding;

/// <summary>W3C trace context on the way to the application.</summary>
internal static class TraceHeaders
{
    /// <summary>Replaces what the client sent by the attempt's own context; baggage passes as it is.</summary>
    /// <param name="trace">The attempt's trace context.</param>
    /// <param name="headers">The headers that the application receives.</param>
    public static void Apply(ActivityContext trace, HttpRequestHeaders headers)
    {
        headers.Remove("traceparent");
        headers.Remove("tracestate");
        headers.TryAddWithoutValidation("traceparent", TraceParent(trace));
        if (!string.IsNullOrEmpty(trace.TraceState))
            headers.TryAddWithoutValidation("tracestate", trace.TraceState);
    }

    /// <summary>The header's value.</summary>
    /// <param name="trace">A trace context.</param>
    /// <returns>Version 00 of W3C's format.</returns>
    public static string TraceParent(ActivityContext trace) =>
        string.Concat("00-", trace.TraceId.ToHexString(), "-", string.Concat(trace.SpanId.ToHexString(), (trace.TraceFlags & ActivityTraceFlags.Recorded) != 0 ? "-01" : "-00"));
}
