using System.Text;

namespace Sidecar.Proxy.Observability;

/// <summary>Takes secrets out of a query before it is written anywhere.</summary>
internal static class QueryRedaction
{
    private const string Redacted = "REDACTED";

    /// <summary>Replaces the values of the named parameters.</summary>
    /// <param name="query">The query with its question mark, or empty.</param>
    /// <param name="names">The parameters' names, in any case.</param>
    /// <returns>The query itself when there is nothing to hide.</returns>
    public static string Apply(string query, IReadOnlyList<string> names)
    {
        if (query.Length < 2 || !HasSecret(query, names))
            return query;

        var result = new StringBuilder(query.Length + Redacted.Length).Append('?');
        var first = true;
        foreach (var range in query.AsSpan(1).Split('&'))
        {
            if (!first)
                result.Append('&');
            first = false;
            var pair = query.AsSpan(1)[range];
            var equals = pair.IndexOf('=');
            if (equals >= 0 && IsSecret(pair[..equals], names))
                result.Append(pair[..(equals + 1)]).Append(Redacted);
            else
                result.Append(pair);
        }

        return result.ToString();
    }

    private static bool HasSecret(string query, IReadOnlyList<string> names)
    {
        foreach (var range in query.AsSpan(1).Split('&'))
        {
            var pair = query.AsSpan(1)[range];
            var equals = pair.IndexOf('=');
            if (equals >= 0 && IsSecret(pair[..equals], names))
                return true;
        }

        return false;
    }

    private static bool IsSecret(ReadOnlySpan<char> name, IReadOnlyList<string> names)
    {
        // A percent sign could spell a name in a way that only the application reads as it.
        if (name.Contains('%'))
            name = Uri.UnescapeDataString(name);
        foreach (var one in names)
        {
            if (name.Equals(one, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
