using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Security.Access;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>Finds the token of a request, and takes it out where the application is not to see it.</summary>
/// <param name="options">Where tokens are.</param>
internal sealed class TokenSource(JwtOptions options)
{
    private const string Scheme = "Bearer";
    private readonly bool _needsScheme = options.Header.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase);

    /// <summary>Finds the token.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="record">The request.</param>
    /// <param name="token">The token, or null when there is none.</param>
    /// <returns>Why it cannot be said which it is, or null.</returns>
    public CredentialFailure? TryFind(IHeaderDictionary headers, RequestRecord record, out string? token)
    {
        token = null;
        var values = headers[options.Header];
        if (values.Count > 1)
            return CredentialFailure.Ambiguous;
        if (values.Count == 1)
            token = FromHeader(values[0] ?? "");
        if (token is null && options.Cookie is { } cookie && Find(headers.Cookie, ';', cookie, trim: true, ref token) is { } inCookie)
            return inCookie;
        return token is null && options.Query is { } parameter && record.Query.Length > 1 ? Find(record.Query[1..], '&', parameter, trim: false, ref token) : null;
    }

    /// <summary>Takes out what <see cref="TryFind"/> would find.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="record">The request.</param>
    public void Remove(IHeaderDictionary headers, RequestRecord record)
    {
        if (headers[options.Header] is { Count: > 0 } values && values.Any(value => FromHeader(value ?? "") is not null))
            headers.Remove(options.Header);
        if (options.Cookie is { } cookie && headers.Cookie.Count > 0)
            headers.Cookie = Without(string.Join("; ", (IEnumerable<string?>)headers.Cookie), ';', cookie, trim: true) is { Length: > 0 } left ? left : StringValues.Empty;
        if (options.Query is { } parameter && record.Query.Length > 1)
            record.Query = Without(record.Query[1..], '&', parameter, trim: false) is { Length: > 0 } rest ? "?" + rest : "";
    }

    private string? FromHeader(string value)
    {
        if (value.Length > Scheme.Length && value[Scheme.Length] == ' ' && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return value[Scheme.Length..].Trim(' ');
        return _needsScheme || value.Length == 0 ? null : value;
    }

    private static CredentialFailure? Find(StringValues values, char separator, string name, bool trim, ref string? token)
    {
        foreach (var value in values)
        {
            foreach (var pair in (value ?? "").Split(separator))
            {
                if (Value(pair, name, trim) is not { } found)
                    continue;
                if (token is not null)
                    return CredentialFailure.Ambiguous;
                token = found;
            }
        }

        return null;
    }

    private static string Without(string text, char separator, string name, bool trim) =>
        string.Join(separator, text.Split(separator).Where(pair => Value(pair, name, trim) is null)).TrimStart(' ');

    private static string? Value(string pair, string name, bool trim)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            return null;
        var key = trim ? pair[..equals].Trim(' ') : Uri.UnescapeDataString(pair[..equals]);
        return key.Equals(name, StringComparison.Ordinal) ? trim ? pair[(equals + 1)..].Trim(' ') : pair[(equals + 1)..] : null;
    }
}
