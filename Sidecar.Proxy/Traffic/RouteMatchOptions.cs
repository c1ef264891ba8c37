namespace Sidecar.Proxy.Traffic;

/// <summary>What a request must have for a route to match; what is left out matches everything.</summary>
public sealed record RouteMatchOptions
{
    /// <summary>What the path begins with, by whole segments. Default: every path.</summary>
    public string? PathPrefix { get; init; }
}
