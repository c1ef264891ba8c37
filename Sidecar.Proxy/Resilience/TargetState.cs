namespace Sidecar.Proxy.Resilience;

/// <summary>Whether a target gets requests, and why not.</summary>
internal enum TargetState
{
    /// <summary>It does.</summary>
    Healthy,

    /// <summary>It does not: its health checks fail.</summary>
    Unhealthy,

    /// <summary>It does not: it failed more than it may.</summary>
    Ejected,

    /// <summary>It does not: its circuit is open.</summary>
    CircuitOpen,

    /// <summary>It gets one request, to see.</summary>
    CircuitHalfOpen,
}
