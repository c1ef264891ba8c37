using System.Net;
using System.Net.Sockets;

namespace Sidecar.Proxy.Configuration;

/// <summary>Allows IP addresses and networks such as <c>10.0.0.0/8</c>.</summary>
public sealed class NetworksAttribute() : TextCheckAttribute("IP addresses or networks such as 10.0.0.0/8, comma-separated", static text => TryParse(text, out _))
{
    /// <summary>Reads a network that is known to be one.</summary>
    /// <param name="text">An address or a network.</param>
    /// <returns>The network.</returns>
    internal static IPNetwork Parse(string text) => TryParse(text, out var network) ? network : throw new FormatException($"'{text}' is not a network.");

    private static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        if (!IsPlain(text.Split('/')[0]))
            return false;
        if (IPNetwork.TryParse(text, out network))
        {
            // Written as IPv6, it would never match: an address is taken for what it is.
            if (network is { BaseAddress.IsIPv4MappedToIPv6: true, PrefixLength: >= 96 })
                network = new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96);
            return true;
        }

        if (!IPAddress.TryParse(text, out var address))
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }

    /// <summary>.NET reads 010.0.0.0 as 8.0.0.0, and 10.1/16 as 10.0.0.0/16: who is let in must not depend on that.</summary>
    private static bool IsPlain(string text) => IPAddress.TryParse(text, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);
}
