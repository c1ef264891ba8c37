namespace Sidecar.Proxy.Traffic.Discovery;

/// <summary>How targets are found.</summary>
public enum DiscoveryMode
{
    /// <summary>Each address (A, AAAA) of a target's host name is one target.</summary>
    Dns,

    /// <summary>A target's host name is that of a service (RFC 2782), whose SRV records name hosts, ports and weights.</summary>
    Srv,
}
