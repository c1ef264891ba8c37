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
        return (options.Cookie is { } cookie ? Find(headers.Cookie, ';', cookie, ref token) : null)
            ?? (options.Query is { } parameter && record.Query.Length > 1 ? Find(record.Query[1..], '&', parameter, ref token) : null);
    }

    /// <summary>Takes out what <see cref="TryFind"/> would find.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="record">The request.</param>
    public void Remove(IHeaderDictionary headers, RequestRecord record)
    {
        if (_header.Find(headers).Any(value => FromHeader(value ?? "") is not null))
            _header.Remove(headers);
        if (options.Cookie is { } cookie && headers.Cookie.Count > 0)
            headers.Cookie = Without(string.Join("; ", (IEnumerable<string?>)headers.Cookie), ';', cookie) is { Length: > 0 } left ? left : StringValues.Empty;
        if (options.Query is { } parameter && record.Query.Length > 1)
            record.Query = Without(record.Query[1..], '&', parameter) is { Length: > 0 } rest ? "?" + rest : "";
    }

    private string? FromHeader(string value)
    {
        if (value.Length > Scheme.Length && value[Scheme.Length] == ' ' && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return value[Scheme.Length..].Trim(' ');
        return _needsScheme || value.Length == 0 ? null : value;
    }

    private static CredentialFailure? Find(StringValues values, char separator, string name, ref string? token)
    {
        foreach (var value in values)
        {
            foreach (var pair in (value ?? "").Split(separator))
            {
                if (Value(pair, name) is not { } found)
                    continue;
                if (token is not null)
                    return CredentialFailure.AmbiguousToken;
                token = found;
            }
        }

        return null;
    }

    private static string Without(string text, char separator, string name) =>
        string.Join(separator, text.Split(separator).Where(pair => Value(pair, name) is null)).TrimStart(' ');

    /// <summary>The value of a pair of this name, however the name is spelt: some applications decode it, some leave white space or case out of account.</summary>
    private static string? Value(string pair, string name)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        return equals >= 0 && Uri.UnescapeDataString(pair.AsSpan(0, equals)).Trim().Equals(name, StringComparison.OrdinalIgnoreCase) ? pair[(equals + 1)..].Trim(' ') : null;
    }
}
