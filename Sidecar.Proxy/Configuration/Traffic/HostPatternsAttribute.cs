namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>Allows host names and addresses without port, and names below a domain.</summary>
public sealed class HostPatternsAttribute()
    : TextCheckAttribute("hosts without port such as shop.example.com, or *.example.com for all below it, comma-separated", static host => Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) != UriHostNameType.Unknown);
