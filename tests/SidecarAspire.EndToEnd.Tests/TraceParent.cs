using System.Diagnostics;

namespace SidecarAspire.EndToEnd.Tests;

/// <summary>The W3C trace context of a caller that traces its own requests.</summary>
public sealed record TraceParent(string TraceId, string SpanId)
{
    /// <summary>The name of the header.</summary>
    public const string Header = "traceparent";

    /// <summary>The context of a new, sampled trace.</summary>
    public static TraceParent Create() => new(ActivityTraceId.CreateRandom().ToHexString(), ActivitySpanId.CreateRandom().ToHexString());

    /// <summary>Reads a header's value.</summary>
    public static TraceParent Parse(string value) => value.Split('-') is [_, var trace, var span, _]
        ? new(trace, span)
        : throw new FormatException($"'{value}' is not a trace context.");

    /// <summary>The header's value.</summary>
    public override string ToString() => $"00-{TraceId}-{SpanId}-01";
}
