using System.Net;
using System.Net.Sockets;

namespace Sidecar.Proxy.Configuration;

/// <summary>Looks addresses up in networks.</summary>
internal static class Networks
{
    /// <summary>Whether an address is in one of them.</summary>
    /// <param name="networks">The networks.</param>
    /// <param name="address">The address; an IPv4 address mapped to IPv6 is the IPv4 address.</param>
    /// <returns>Whether it is.</returns>
    public static bool Contain(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address.IsIPv4MappedToIPv6 && network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv4() : address))
                return true;
        }

        return false;
    }
}
