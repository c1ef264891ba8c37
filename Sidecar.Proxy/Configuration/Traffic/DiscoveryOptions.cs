namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>How targets are found in DNS. What was known last stays when DNS fails.</summary>
public sealed record DiscoveryOptions
{
    /// <summary>What is asked for. Default: <see cref="DiscoveryMode.Dns"/>.</summary>
    public DiscoveryMode Mode { get; init; } = DiscoveryMode.Dns;

    /// <summary>How often it is asked; a shorter TTL of the response, though not below 1 second, has it asked more often. Default: 5 seconds.</summary>
    [DurationRange("10ms", "1h")]
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The address of the name server, with a port if wanted. Default: for <see cref="DiscoveryMode.Dns"/> the system resolves names; for
    /// <see cref="DiscoveryMode.Srv"/> the servers of <c>/etc/resolv.conf</c> are asked.
    /// </summary>
    [NameServer]
    public string? Server { get; init; }

    /// <summary>How long a name server may take; each is asked twice. Default: 2 seconds.</summary>
    [DurationRange("1ms", "1m")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>How targets are found.</summary>
public enum DiscoveryMode
{
    /// <summary>Each address (A, AAAA) of a target's host name is one target.</summary>
    Dns,

    /// <summary>A target's host name is that of a service (RFC 2782), whose SRV records name hosts, ports and weights.</summary>
    Srv,
}

/// <summary>Allows an IP address, with a port or without.</summary>
public sealed class NameServerAttribute()
    : TextCheckAttribute("an IP address such as 10.96.0.10 or 10.96.0.10:53", static text => IPEndPoint.TryParse(text, out _));
