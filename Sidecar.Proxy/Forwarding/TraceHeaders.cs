using System.Diagnostics;

namespace Sidecar.Proxy.Forwarding;

/// <summary>W3C trace context on the way to the application.</summary>
internal static class TraceHeaders
{
    /// <summary>The traceparent header's value.</summary>
    /// <param name="trace">A trace context.</param>
    /// <returns>Version 00 of W3C's format.</returns>
    public static string TraceParent(ActivityContext trace) => string.Create(55, trace, static (text, trace) =>
    {
        "00-".CopyTo(text);
        trace.TraceId.ToHexString().CopyTo(text[3..]);
        text[35] = '-';
        trace.SpanId.ToHexString().CopyTo(text[36..]);
        ((trace.TraceFlags & ActivityTraceFlags.Recorded) != 0 ? "-01" : "-00").CopyTo(text[52..]);
    });
}
