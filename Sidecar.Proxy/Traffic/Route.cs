namespace Sidecar.Proxy.Traffic;

/// <summary>A route of the configuration in force. The request that took it has it among its features.</summary>
/// <param name="options">What is configured.</param>
internal sealed class Route(RouteOptions options)
{
    /// <summary>What is configured.</summary>
    public RouteOptions Options { get; } = options;

    /// <summary>Whether a request takes this route.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>Whether it does.</returns>
    public bool Matches(string path) =>
        Options.Match.PathPrefix is not { } prefix
        || (path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || prefix.EndsWith('/') || path[prefix.Length] == '/'));
}
