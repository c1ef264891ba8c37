namespace Sidecar.Proxy.Configuration;

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
}

/// <summary>Allows <c>address</c>, <c>header:NAME</c> and <c>cookie:NAME</c>.</summary>
public sealed class HashSourceAttribute()
    : TextCheckAttribute("address, header:NAME or cookie:NAME", static text => HashSource.TryParse(text, out _));
