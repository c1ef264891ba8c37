namespace Sidecar.Proxy.Server;

/// <summary>The Proxy-Status header field of RFC 9209.</summary>
internal static class ProxyStatus
{
    /// <summary>What the sidecar calls itself in it.</summary>
    public const string Name = "sidecar";
}
