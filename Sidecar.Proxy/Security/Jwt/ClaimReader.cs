using System.Text.Json;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>Finds claims, and compares them with what is asked for.</summary>
internal static class ClaimReader
{
    /// <summary>Finds a claim.</summary>
    /// <param name="claims">All of them.</param>
    /// <param name="name">Its name, or a JSON Pointer (RFC 6901), which begins with a slash.</param>
    /// <param name="claim">The claim.</param>
    /// <returns>Whether it is there and not null.</returns>
    public static bool TryFind(JsonElement claims, string name, out JsonElement claim)
    {
        claim = claims;
        if (!name.StartsWith('/'))
            return claims.TryGetProperty(name, out claim) && claim.ValueKind != JsonValueKind.Null;
        foreach (var part in name[1..].Split('/'))
        {
            var member = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (claim.ValueKind != JsonValueKind.Object || !claim.TryGetProperty(member, out claim))
                return false;
        }

        return claim.ValueKind != JsonValueKind.Null;
    }

    /// <summary>Whether claims say what is asked for.</summary>
    /// <param name="claims">All of them.</param>
    /// <param name="wanted">What is asked for.</param>
    public static bool Says(JsonElement claims, ClaimOptions wanted)
    {
        if (!TryFind(claims, wanted.Name, out var claim))
            return false;
        if (wanted.Values.Count == 0)
            return true;
        if (claim.ValueKind == JsonValueKind.Array)
            return claim.EnumerateArray().Any(one => Text(one) is { } text && wanted.Accepted.Contains(text));
        if (Text(claim) is not { } whole)
            return false;
        // Words of one string (RFC 8693, section 4.2).
        return wanted.Name is "scope" or "scp" ? whole.Split(' ').Any(wanted.Accepted.Contains) : wanted.Accepted.Contains(whole);
    }

    /// <summary>A claim's value as text.</summary>
    /// <returns>The text, or null when it is an array, an object, or no text at all.</returns>
    public static string? Text(JsonElement claim)
    {
        try
        {
            return claim.ValueKind switch
            {
                JsonValueKind.String => claim.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => claim.GetRawText(),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }
}
