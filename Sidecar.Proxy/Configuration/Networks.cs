using System.Buffers.Binary;
using System.Net.Sockets;

namespace Sidecar.Proxy.Configuration;

/// <summary>Networks that addresses are looked up in: ranges in order, so that thousands take little longer than a few.</summary>
/// <param name="networks">Addresses and networks, each of them known to be one.</param>
internal sealed class Networks(IEnumerable<string> networks)
{
    private readonly (Key First, Key Last)[] _ranges = Merge(networks.Select(static text => Range(NetworksAttribute.Parse(text))));

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _ranges.Length == 0;

    /// <summary>Whether an address is in one of them.</summary>
    /// <param name="address">The address; an IPv4 address mapped to IPv6 is the IPv4 address.</param>
    public bool Contain(IPAddress address)
    {
        var key = KeyOf(address);
        var (low, high) = (0, _ranges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].Last.CompareTo(key) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low < _ranges.Length && _ranges[low].First.CompareTo(key) <= 0;
    }

    private static (Key First, Key Last)[] Merge(IEnumerable<(Key First, Key Last)> ranges)
    {
        var merged = new List<(Key First, Key Last)>();
        foreach (var (first, last) in ranges.Order())
        {
            if (merged.Count == 0 || first.CompareTo(merged[^1].Last) > 0)
                merged.Add((first, last));
            else if (last.CompareTo(merged[^1].Last) > 0)
                merged[^1] = (merged[^1].First, last);
        }

        return [.. merged];
    }

    private static (Key First, Key Last) Range(IPNetwork network)
    {
        var first = KeyOf(network.BaseAddress);
        var hosts = (first.IsIPv6 ? 128 : 32) - network.PrefixLength;
        return (first, first with { Value = first.Value | (hosts == 128 ? UInt128.MaxValue : (UInt128.One << hosts) - 1) });
    }

    private static Key KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        if (length == 4)
            return new(false, BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return address.IsIPv4MappedToIPv6 ? new(false, BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])) : new(true, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    private readonly record struct Key(bool IsIPv6, UInt128 Value) : IComparable<Key>
    {
        public int CompareTo(Key other) => IsIPv6 == other.IsIPv6 ? Value.CompareTo(other.Value) : IsIPv6.CompareTo(other.IsIPv6);
    }
}

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
