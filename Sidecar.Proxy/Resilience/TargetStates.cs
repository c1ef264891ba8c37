namespace Sidecar.Proxy.Resilience;

/// <summary>What states are called outside.</summary>
internal static class TargetStates
{
    /// <summary>All states.</summary>
    public static IReadOnlyList<TargetState> All { get; } = Enum.GetValues<TargetState>();

    /// <summary>A state's name in metrics and at <c>/targets</c>.</summary>
    /// <param name="state">The state.</param>
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
