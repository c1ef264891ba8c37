namespace Sidecar.Proxy.Upstream;

/// <summary>A target has as many connections as it may have, and none became free in time.</summary>
internal sealed class ConnectionLimitException(string message = "all connections to the target are in use") : Exception(message);
