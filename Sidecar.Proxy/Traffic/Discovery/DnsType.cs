namespace Sidecar.Proxy.Traffic.Discovery;

/// <summary>Types of resource records, by their numbers.</summary>
internal enum DnsType : ushort
{
    /// <summary>An IPv4 address (RFC 1035).</summary>
    A = 1,

    /// <summary>Another name for the same (RFC 1035).</summary>
    Cname = 5,

    /// <summary>An IPv6 address (RFC 3596).</summary>
    Aaaa = 28,

    /// <summary>Where a service is (RFC 2782).</summary>
    Srv = 33,
}
