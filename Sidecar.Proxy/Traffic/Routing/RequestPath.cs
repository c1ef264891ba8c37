namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>Paths as routes compare them.</summary>
internal static class RequestPath
{
    /// <summary>The normal form of RFC 3986, section 6.2.2, as far as it is the same path to everybody: letters, digits and <c>-._~</c> are not encoded, and what is encoded is so in upper case.</summary>
    /// <param name="path">The path as the client sent it.</param>
    /// <returns>The same object when it is in that form already.</returns>
    public static string Normalize(string path)
    {
        var first = path.IndexOf('%', StringComparison.Ordinal);
        return first < 0 ? path : Decode(path, first);
    }

    /// <summary>Whether a path in its normal form has a segment that leads elsewhere; a sidecar and an application may differ on where.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Whether <c>.</c> or <c>..</c> stands between what anybody takes for slashes.</returns>
    public static bool HasDotSegment(ReadOnlySpan<char> path)
    {
        for (var at = 0; path[at..].IndexOf('.') is >= 0 and var next; at++)
        {
            at += next;
            if (!EndsInSlash(path[..at]))
                continue;
            var rest = path[(at + 1)..];
            if (rest.StartsWith('.'))
                rest = rest[1..];
            // Some take a parameter off a segment before they resolve it.
            if (rest.IsEmpty || rest[0] is '/' or '\\' or ';' || rest.StartsWith("%2F") || rest.StartsWith("%5C") || rest.StartsWith("%3B"))
                return true;
        }

        return false;
    }

    private static bool EndsInSlash(ReadOnlySpan<char> path) => path.EndsWith('/') || path.EndsWith('\\') || path.EndsWith("%2F") || path.EndsWith("%5C");

    private static string Decode(string path, int first)
    {
        var result = new char[path.Length];
        path.CopyTo(0, result, 0, first);
        var length = first;
        for (var i = first; i < path.Length; i++)
        {
            if (path[i] != '%' || i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
            {
                result[length++] = path[i];
                continue;
            }

            var value = (char)Convert.ToByte(path.Substring(i + 1, 2), 16);
            if (char.IsAsciiLetterOrDigit(value) || value is '-' or '.' or '_' or '~')
            {
                result[length++] = value;
            }
            else
            {
                result[length++] = '%';
                result[length++] = char.ToUpperInvariant(path[i + 1]);
                result[length++] = char.ToUpperInvariant(path[i + 2]);
            }

            i += 2;
        }

        return new string(result, 0, length);
    }
}
