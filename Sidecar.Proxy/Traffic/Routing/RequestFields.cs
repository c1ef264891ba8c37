namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>Finds one header, parameter or cookie of a request without taking all of them apart.</summary>
internal static class RequestFields
{
    /// <summary>A header.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="name">Its name.</param>
    /// <returns>Its values, joined by commas; null when it is not there.</returns>
    public static string? Header(IHeaderDictionary headers, string name) => headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>A parameter of the query.</summary>
    /// <param name="query">The query with its question mark, or empty.</param>
    /// <param name="name">Its name, decoded.</param>
    /// <returns>The first one's value, decoded; null when there is none.</returns>
    public static string? Parameter(string query, string name)
    {
        for (var rest = query.AsSpan().TrimStart('?'); !rest.IsEmpty;)
        {
            var pair = Next(ref rest, '&');
            var equals = pair.IndexOf('=');
            if (Decode(equals < 0 ? pair : pair[..equals]) == name)
                return equals < 0 ? "" : Decode(pair[(equals + 1)..]);
        }

        return null;
    }

    /// <summary>Whether a parameter of the query is there more than once, or by a name that only differs in case, which some applications read as well.</summary>
    /// <param name="query">The query with its question mark, or empty.</param>
    /// <param name="name">Its name, decoded.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsParameterDoubled(string query, string name)
    {
        var count = 0;
        for (var rest = query.AsSpan().TrimStart('?'); !rest.IsEmpty;)
        {
            var pair = Next(ref rest, '&');
            var equals = pair.IndexOf('=');
            var found = Decode(equals < 0 ? pair : pair[..equals]);
            if (found.Equals(name, StringComparison.OrdinalIgnoreCase) && (++count > 1 || found != name))
                return true;
        }

        return false;
    }

    /// <summary>Whether a cookie is there more than once.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="name">Its name.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsCookieDoubled(IHeaderDictionary headers, string name)
    {
        var count = 0;
        foreach (var line in headers.Cookie)
        {
            for (var rest = line.AsSpan(); !rest.IsEmpty;)
            {
                var pair = Next(ref rest, ';').Trim();
                var equals = pair.IndexOf('=');
                if (equals >= 0 && pair[..equals].SequenceEqual(name) && ++count > 1)
                    return true;
            }
        }

        return false;
    }

    /// <summary>A cookie.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The first one's value, without quotes; null when there is none.</returns>
    public static string? Cookie(IHeaderDictionary headers, string name)
    {
        foreach (var line in headers.Cookie)
        {
            for (var rest = line.AsSpan(); !rest.IsEmpty;)
            {
                var pair = Next(ref rest, ';').Trim();
                var equals = pair.IndexOf('=');
                if (equals >= 0 && pair[..equals].SequenceEqual(name))
                    return pair[(equals + 1)..].Trim('"').ToString();
            }
        }

        return null;
    }

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest, char separator)
    {
        var end = rest.IndexOf(separator);
        var next = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return next;
    }

    private static string Decode(ReadOnlySpan<char> text) =>
        text.ContainsAny('%', '+') ? Uri.UnescapeDataString(text.ToString().Replace('+', ' ')) : text.ToString();
}
