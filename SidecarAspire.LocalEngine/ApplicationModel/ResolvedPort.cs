namespace Aspire.Hosting.ApplicationModel;

/// <summary>A port of a published endpoint, and where it comes from.</summary>
public readonly struct ResolvedPort
{
    /// <summary>The port; null when whoever deploys picks it.</summary>
    public int? Value { get; init; }

    /// <summary>Whether it was given out because AppHost.cs says none.</summary>
    public bool IsAllocated { get; init; }

    /// <summary>Whether it follows from the endpoint's other port.</summary>
    public bool IsImplicit { get; init; }

    /// <summary>A port that AppHost.cs says.</summary>
    public static ResolvedPort Explicit(int port) => new() { Value = port };

    /// <summary>A port that follows from the endpoint's other one.</summary>
    public static ResolvedPort Implicit(int port) => new() { Value = port, IsImplicit = true };

    /// <summary>A port that was given out.</summary>
    public static ResolvedPort Allocated(int port) => new() { Value = port, IsAllocated = true };

    /// <summary>No port: whoever deploys picks it.</summary>
    public static ResolvedPort None() => default;

    /// <summary>The port.</summary>
    public static implicit operator int?(ResolvedPort resolvedPort) => resolvedPort.Value;
}
