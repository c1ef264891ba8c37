namespace Sidecar.Proxy.Upstream.Health;

/// <summary>What states are called outside.</summary>
internal static class TargetStates
{
    /// <summary>All states.</summary>
    public static IReadOnlyList<TargetState> All { get; } = Enum.GetValues<TargetState>();

    /// <summary>A state's name in metrics and at <c>/targets</c>.</summary>
    /// <returns>Its name.</returns>
    public static string Name(this TargetState state) => state switch
    {
        TargetState.Unhealthy => "unhealthy",
        TargetState.Ejected => "ejected",
        TargetState.CircuitOpen => "circuit_open",
        TargetState.CircuitHalfOpen => "circuit_half_open",
        _ => "healthy",
    };
}

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
