using System.Runtime.InteropServices;
using Sidecar.Proxy.Listening;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Traffic.LoadBalancing;

/// <summary>What of a request is hashed.</summary>
/// <param name="Header">A header's name, or null.</param>
/// <param name="Cookie">A cookie's name, or null.</param>
internal sealed record HashSource(string? Header, string? Cookie)
{
    /// <summary>The client's address.</summary>
    public static HashSource Address { get; } = new(null, null);

    /// <summary>Reads one.</summary>
    /// <param name="text"><c>address</c>, <c>header:NAME</c> or <c>cookie:NAME</c>.</param>
    /// <param name="source">What was read.</param>
    /// <returns>Whether it is one of these.</returns>
    public static bool TryParse(string? text, out HashSource source)
    {
        source = Address;
        if (string.Equals(text, "address", StringComparison.OrdinalIgnoreCase))
            return true;
        if (text?.Split(':', 2, StringSplitOptions.TrimEntries) is not [var kind, { Length: > 0 } name])
            return false;
        if (kind.Equals("header", StringComparison.OrdinalIgnoreCase))
            source = new(name, null);
        else if (kind.Equals("cookie", StringComparison.OrdinalIgnoreCase))
            source = new(null, name);
        return source != Address;
    }

    /// <summary>Hashes it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="headers">Who is trusted to tell the client's address.</param>
    /// <returns>Its hash.</returns>
    public ulong Hash(HttpContext context, HeaderOptions headers)
    {
        var value = Header is not null ? context.Request.Headers[Header].ToString() : Cookie is not null ? context.Request.Cookies[Cookie] : null;
        return string.IsNullOrEmpty(value) ? HashAddress(context, headers) : StableHash.Of(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    private static ulong HashAddress(HttpContext context, HeaderOptions headers)
    {
        Span<byte> bytes = stackalloc byte[16];
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        var address = ClientAddress.Of(record, context.Request.Headers, headers) ?? record.ClientAddress ?? IPAddress.None;
        return address.TryWriteBytes(bytes, out var count) ? StableHash.Of(bytes[..count]) : 0;
    }
}

/// <summary>Allows <c>address</c>, <c>header:NAME</c> and <c>cookie:NAME</c>.</summary>
public sealed class HashSourceAttribute()
    : TextCheckAttribute("address, header:NAME or cookie:NAME", static text => HashSource.TryParse(text, out _));
