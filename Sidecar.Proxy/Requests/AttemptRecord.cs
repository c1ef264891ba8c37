using System.Diagnostics;

namespace Sidecar.Proxy.Requests;

/// <summary>One try to have a target answer a request.</summary>
public sealed class AttemptRecord
{
    /// <summary>The request this is an attempt of.</summary>
    public required RequestRecord Request { get; init; }

    /// <summary>Where it goes.</summary>
    public required TargetAddress Target { get; set; }

    /// <summary>0 for the first attempt, 1 for the first retry, and so on.</summary>
    public required int Resend { get; set; }

    /// <summary>When it started, on the monotonic clock.</summary>
    public required long Timestamp { get; set; }

    /// <summary>The trace context the application receives; default when it receives none and is free to begin a trace of its own.</summary>
    public ActivityContext Trace { get; internal set; }

    /// <summary>The status code the target answered with, or 0.</summary>
    public int StatusCode { get; set; }

    /// <summary>Why there was no usable answer, or null.</summary>
    public ProxyError? Error { get; set; }
}
