using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sidecar.Proxy.Resilience.RateLimiting;

/// <summary>Tells clients apart by 16 bytes, whatever they are told apart by: a header may be long, and may be a secret.</summary>
internal static class ClientKey
{
    /// <summary>The key of a request's client.</summary>
    /// <param name="limit">What it is told apart by.</param>
    /// <param name="context">The request.</param>
    /// <param name="record">What is known of it.</param>
    /// <param name="address">The client's address, or null.</param>
    public static UInt128 Of(RateLimitOptions limit, HttpContext context, RequestRecord record, IPAddress? address)
    {
        var text = limit.By switch
        {
            RateLimitKey.Header => context.Request.Headers[limit.Header!].ToString(),
            RateLimitKey.Identity => record.Identity,
            _ => null,
        };
        return string.IsNullOrEmpty(text) ? Of(address) : Of(text);
    }

    /// <summary>The key of an address.</summary>
    /// <param name="address">The address, or null.</param>
    internal static UInt128 Of(IPAddress? address)
    {
        if (address is null)
            return UInt128.Zero;
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        // A client of IPv6 has a /64 to choose addresses from (RFC 6177).
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            bytes[8..].Clear();
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>The network that an address belongs to, which one client may have all of: a site's /48 of IPv6 (RFC 6177), an address of IPv4.</summary>
    /// <param name="address">The address, or null.</param>
    public static UInt128 NetworkOf(IPAddress? address) => address is { AddressFamily: AddressFamily.InterNetworkV6 } ? Of(address) >> 80 << 80 : Of(address);

    private static UInt128 Of(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
