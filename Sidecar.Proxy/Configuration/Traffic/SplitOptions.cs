namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>One of the shares that a route's requests are split into.</summary>
public sealed record SplitOptions
{
    /// <summary>Where it goes: a key of <c>Sidecar:Clusters</c>. Default: the application behind the sidecar.</summary>
    public string? Cluster { get; init; }

    /// <summary>How large it is, measured by the sum of all shares' weights. Default: 1; 0 sends nothing.</summary>
    [Range(0, 1_000_000)]
    public int Weight { get; init; } = 1;
}
