namespace Sidecar.Proxy.Traffic.Discovery;

/// <summary>Targets cannot be found.</summary>
/// <param name="message">Why, for the log: the rest of a sentence about a name.</param>
internal sealed class DiscoveryException(string message) : Exception(message);
