using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Security.Access;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>Finds the token of a request, and takes it out where the application is not to see it.</summary>
internal sealed class TokenSource(JwtOptions options)
{
    private const string Scheme = "Bearer";

    // Besides ; and & some applications separate at commas (cookies of ASP.NET Core) and at semicolons (parameters of Rack up to 2).
    private static readonly SearchValues<char> CookieSeparators = SearchValues.Create(";,");
    private static readonly SearchValues<char> QuerySeparators = SearchValues.Create("&;");

    private readonly CredentialHeader _header = new(options.Header);
    private readonly bool _needsScheme = options.Header.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase);

    /// <summary>Finds the token. One that is there twice, in whatever places, is none: which of them the application would read, nobody knows.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="record">The request.</param>
    /// <param name="token">The token, or null when there is none.</param>
    /// <returns>Why it cannot be said which it is, or null.</returns>
    public CredentialFailure? TryFind(IHeaderDictionary headers, RequestRecord record, out string? token)
    {
        token = null;
        var values = _header.Find(headers);
        if (values.Count > 1)
            return CredentialFailure.AmbiguousToken;
        if (values.Count == 1)
            token = FromHeader(values[0] ?? "");
        return (options.Cookie is { } cookie ? Find(headers.Cookie, CookieSeparators, cookie, ref token) : null)
            ?? (options.Query is { } parameter && record.Query.Length > 1 ? Find(record.Query[1..], QuerySeparators, parameter, ref token) : null);
    }

    /// <summary>Takes out what <see cref="TryFind"/> would find.</summary>
    public void Remove(IHeaderDictionary headers, RequestRecord record)
    {
        if (_header.Find(headers).Any(value => FromHeader(value ?? "") is not null))
            _header.Remove(headers);
        if (options.Cookie is { } cookie && headers.Cookie.Count > 0)
            headers.Cookie = Without(string.Join("; ", (IEnumerable<string?>)headers.Cookie), CookieSeparators, cookie) is { Length: > 0 } left ? left : StringValues.Empty;
        if (options.Query is { } parameter && record.Query.Length > 1)
            record.Query = Without(record.Query.AsSpan(1), QuerySeparators, parameter) is { Length: > 0 } rest ? "?" + rest : "";
    }

    private string? FromHeader(string value)
    {
        // RFC 9110 has spaces, some applications take any white space.
        if (value.Length > Scheme.Length && char.IsWhiteSpace(value[Scheme.Length]) && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return value[Scheme.Length..].Trim();
        return _needsScheme || value.Length == 0 ? null : value;
    }

    private static CredentialFailure? Find(StringValues values, SearchValues<char> separators, string name, ref string? token)
    {
        foreach (var value in values)
        {
            foreach (var range in (value ?? "").AsSpan().SplitAny(separators))
            {
                if (Value(value.AsSpan()[range], name) is not { } found)
                    continue;
                if (token is not null)
                    return CredentialFailure.AmbiguousToken;
                token = found;
            }
        }

        return null;
    }

    private static string Without(ReadOnlySpan<char> text, SearchValues<char> separators, string name)
    {
        var left = new StringBuilder();
        foreach (var range in text.SplitAny(separators))
        {
            if (Value(text[range], name) is not null)
                continue;
            // Each with the separator in front of it.
            var start = range.Start.Value;
            left.Append(text[(left.Length > 0 ? start - 1 : start)..range.End.Value]);
        }

        return left.ToString().TrimStart(' ');
    }

    /// <summary>The value of this name in a pair, however the name is spelt: some applications decode it, some leave white space or case out of account, and Python's SimpleCookie has a cookie end at white space.</summary>
    private static string? Value(ReadOnlySpan<char> pair, string name)
    {
        for (int begin = 0, equals; (equals = pair[begin..].IndexOf('=')) >= 0; begin += equals + 1)
        {
            var key = pair.Slice(begin, equals).TrimEnd();
            var space = key.LastIndexOfAny(' ', '\t');
            if ((begin == 0 || space >= 0) && Uri.UnescapeDataString(key[(space + 1)..]).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                return pair[(begin + equals + 1)..].Trim(' ').ToString();
        }

        return null;
    }
}
