namespace Sidecar.Proxy.Configuration.Security;

/// <summary>Names of workloads: <c>spiffe://trust-domain/path</c> (the SPIFFE ID standard, section 2).</summary>
internal static class SpiffeId
{
    private const string Scheme = "spiffe://";
    private const int MaxLength = 2048;
    private const int MaxDomainLength = 255;

    private static readonly SearchValues<char> DomainCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_");
    private static readonly SearchValues<char> PathCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary>Whether a URI is meant as one, right or wrong.</summary>
    /// <returns>Whether its scheme says so.</returns>
    public static bool IsMeant(string uri) => uri.StartsWith("spiffe:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a text names a workload as the standard wants it, which leaves one way to write it.</summary>
    public static bool IsValid(string text)
    {
        if (text.Length > MaxLength || !text.StartsWith(Scheme, StringComparison.Ordinal))
            return false;
        var rest = text.AsSpan(Scheme.Length);
        var slash = rest.IndexOf('/');
        if (slash is < 1 or > MaxDomainLength || rest[..slash].ContainsAnyExcept(DomainCharacters))
            return false;
        var path = rest[(slash + 1)..];
        foreach (var segment in path.Split('/'))
        {
            if (path[segment] is "" or "." or ".." || path[segment].ContainsAnyExcept(PathCharacters))
                return false;
        }

        return true;
    }
}

/// <summary>Allows SPIFFE IDs.</summary>
public sealed class SpiffeIdsAttribute()
    : TextCheckAttribute("SPIFFE IDs such as spiffe://example.org/shop, comma-separated", SpiffeId.IsValid);
