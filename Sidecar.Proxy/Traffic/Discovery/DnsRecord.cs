using System.Net;

namespace Sidecar.Proxy.Traffic.Discovery;

/// <summary>A resource record.</summary>
/// <param name="Name">Whose it is, in lower case, without a dot at the end.</param>
/// <param name="Type">Its type.</param>
/// <param name="Ttl">How long it holds.</param>
internal abstract record DnsRecord(string Name, DnsType Type, TimeSpan Ttl);

/// <summary>An A or AAAA record.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Type">Its type.</param>
/// <param name="Ttl">How long it holds.</param>
/// <param name="Address">The address.</param>
internal sealed record AddressRecord(string Name, DnsType Type, TimeSpan Ttl, IPAddress Address) : DnsRecord(Name, Type, Ttl);

/// <summary>A CNAME record.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Ttl">How long it holds.</param>
/// <param name="Alias">The name that counts.</param>
internal sealed record AliasRecord(string Name, TimeSpan Ttl, string Alias) : DnsRecord(Name, DnsType.Cname, Ttl);

/// <summary>An SRV record.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Ttl">How long it holds.</param>
/// <param name="Priority">The lower, the earlier it is used.</param>
/// <param name="Weight">Its share among those of its priority.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="Host">The host's name; empty when the service is decidedly not available.</param>
internal sealed record ServiceRecord(string Name, TimeSpan Ttl, int Priority, int Weight, int Port, string Host) : DnsRecord(Name, DnsType.Srv, Ttl);
