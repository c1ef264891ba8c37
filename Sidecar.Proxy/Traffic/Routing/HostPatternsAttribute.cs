using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>Allows host names and addresses without port, and names below a domain.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HostPatternsAttribute() : ValidationAttribute("hosts without port such as shop.example.com, or *.example.com for all below it, comma-separated")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is IReadOnlyList<string> hosts && hosts.All(IsHost);

    private static bool IsHost(string host) => Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) != UriHostNameType.Unknown;
}
