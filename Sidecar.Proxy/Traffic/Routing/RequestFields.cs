using Microsoft.Net.Http.Headers;

namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>Finds one header, parameter or cookie of a request without taking all of them apart.</summary>
internal static class RequestFields
{
    /// <summary>A header's values, joined by commas; null when it is not there.</summary>
    public static string? Header(HttpContext context, RequestRecord record, string name) =>
        context.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : UpgradeHeader(context, name);

    /// <summary>Whether a header is there more than once.</summary>
    public static bool IsHeaderDoubled(HttpContext context, RequestRecord record, string name) => context.Request.Headers[name].Count > 1;

    /// <summary>The decoded value of the first parameter of the query that has a name; null when there is none.</summary>
    public static string? Parameter(HttpContext context, RequestRecord record, string name)
    {
        var query = record.Query.AsSpan().TrimStart('?');
        foreach (var range in query.Split('&'))
        {
            if (NameOf(query[range], out var value) == name)
                return Decode(value);
        }

        return null;
    }

    /// <summary>Whether a parameter of the query is there more than once, or by a name that only differs in case, which some applications read as well.</summary>
    public static bool IsParameterDoubled(HttpContext context, RequestRecord record, string name)
    {
        var count = 0;
        var query = record.Query.AsSpan().TrimStart('?');
        foreach (var range in query.Split('&'))
        {
            var found = NameOf(query[range], out _);
            if (found.Equals(name, StringComparison.OrdinalIgnoreCase) && (++count > 1 || found != name))
                return true;
        }

        return false;
    }

    /// <summary>The value of the first cookie that has a name, without quotes; null when there is none.</summary>
    public static string? Cookie(HttpContext context, RequestRecord record, string name) => FindCookie(context, name, out _);

    /// <summary>Whether a cookie is there more than once.</summary>
    public static bool IsCookieDoubled(HttpContext context, RequestRecord record, string name) => FindCookie(context, name, out var count) is not null && count > 1;

    private static string? FindCookie(HttpContext context, string name, out int count)
    {
        (count, var first) = (0, (string?)null);
        foreach (var line in context.Request.Headers.Cookie)
        {
            foreach (var range in line.AsSpan().Split(';'))
            {
                var pair = line.AsSpan()[range].Trim();
                var equals = pair.IndexOf('=');
                if (equals >= 0 && pair[..equals].SequenceEqual(name) && ++count == 1)
                    first = pair[(equals + 1)..].Trim('"').ToString();
            }
        }

        return first;
    }

    /// <summary>What the application receives for an extended CONNECT (RFC 8441), which has no such headers itself.</summary>
    private static string? UpgradeHeader(HttpContext context, string name)
    {
        var isUpgrade = name.Equals(HeaderNames.Upgrade, StringComparison.OrdinalIgnoreCase);
        if (!isUpgrade && !name.Equals(HeaderNames.Connection, StringComparison.OrdinalIgnoreCase))
            return null;
        return context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect ? isUpgrade ? connect.Protocol : HeaderNames.Upgrade : null;
    }

    private static string NameOf(ReadOnlySpan<char> pair, out ReadOnlySpan<char> value)
    {
        var equals = pair.IndexOf('=');
        value = equals < 0 ? default : pair[(equals + 1)..];
        return Decode(equals < 0 ? pair : pair[..equals]);
    }

    private static string Decode(ReadOnlySpan<char> text) =>
        text.ContainsAny('%', '+') ? Uri.UnescapeDataString(text.ToString().Replace('+', ' ')) : text.ToString();
}
