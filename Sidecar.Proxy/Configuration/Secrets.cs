using System.Collections.Frozen;

namespace Sidecar.Proxy.Configuration;

/// <summary>Hides what a configuration holds that is not for everybody's eyes.</summary>
internal static class Secrets
{
    private const string SchemeEnd = "://";

    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    // Whatever is not among these may log in somewhere: nobody knows all the names that credentials go by.
    private static readonly FrozenSet<string> HarmlessHeaders = FrozenSet.ToFrozenSet(
        [
            "Accept", "Accept-Encoding", "Accept-Language", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin",
            "Access-Control-Expose-Headers", "Access-Control-Max-Age", "Cache-Control", "Content-Language", "Content-Security-Policy", "Content-Type", "Cross-Origin-Embedder-Policy",
            "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Expires", "Host", "Permissions-Policy", "Pragma", "Referrer-Policy", "Retry-After", "Server", "Strict-Transport-Security",
            "User-Agent", "Vary", "X-Content-Type-Options", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Frame-Options", "X-Robots-Tag", "X-XSS-Protection",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a header's value may be shown.</summary>
    /// <returns>Whether it is known to be harmless.</returns>
    public static bool IsHarmless(string name) => HarmlessHeaders.Contains(name);

    /// <summary>Hides user, query and fragment of the URLs in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isUrl">Whether a URL or a path was meant, even if it does not begin like one.</param>
    /// <returns>The text as it may be shown.</returns>
    public static string Hide(string text, bool isUrl = false)
    {
        var begin = text.IndexOf(SchemeEnd, StringComparison.Ordinal);
        if (begin < 0)
            return !isUrl ? text : text.StartsWith('/') ? HideQuery(text) : HideIn(text);
        var shown = new StringBuilder(text, 0, begin, text.Length);
        while (begin < text.Length)
        {
            var start = begin + SchemeEnd.Length;
            var next = text.IndexOf(SchemeEnd, start, StringComparison.Ordinal);
            // What stands before it is the scheme of another URL.
            var end = next < 0 ? text.Length : Math.Max(start, text.AsSpan(0, next).LastIndexOfAnyExcept(SchemeCharacters) + 1);
            shown.Append(SchemeEnd).Append(HideIn(text[start..end])).Append(text, end, (next < 0 ? text.Length : next) - end);
            begin = next < 0 ? text.Length : next;
        }

        return shown.ToString();
    }

    private static string HideIn(string rest)
    {
        var (user, query) = (rest.LastIndexOf('@'), rest.AsSpan().IndexOfAny('?', '#'));
        // A password may hold anything, and so may a query: where one cannot be told from the other nothing is shown.
        if (query >= 0 && query < user)
            return SecretAttribute.Mask;
        rest = HideQuery(rest);
        return user < 0 ? rest : string.Concat(SecretAttribute.Mask, rest.AsSpan(user));
    }

    private static string HideQuery(string text) => text.AsSpan().IndexOfAny('?', '#') is >= 0 and var at ? string.Concat(text.AsSpan(0, at + 1), SecretAttribute.Mask) : text;
}

/// <summary>Marks a value that nobody is shown; of headers, the values of those that are not known to be harmless.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute
{
    /// <summary>What is shown in its place.</summary>
    internal const string Mask = "********";
}
