using System.Text.Json;
using Sidecar.Proxy.Security.Access;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>
/// A token taken apart, of which nothing is verified. It stands in front of the library, which takes the last of several members of one name, passes
/// over <c>crit</c> (RFC 7515, section 4.1.11), and decodes what is no base64url. Keys that a token brings along are not even read.
/// </summary>
internal sealed class SignedToken
{
    private SignedToken(string text, JsonElement claims, JwtAlgorithm algorithm) => (Text, Claims, Algorithm) = (text, claims, algorithm);

    /// <summary>The token, in JWS's compact form.</summary>
    public string Text { get; }

    /// <summary>The claims.</summary>
    public JsonElement Claims { get; }

    /// <summary>The algorithm it says.</summary>
    public JwtAlgorithm Algorithm { get; }

    /// <summary>The key's <c>kid</c>, or null.</summary>
    public string? KeyId { get; private init; }

    /// <summary>Its <c>typ</c>, or null.</summary>
    public string? Type { get; private init; }

    /// <summary>Who it says issued it.</summary>
    public string? Issuer { get; private init; }

    /// <summary>Takes a token apart.</summary>
    /// <param name="text">The token, in JWS's compact form.</param>
    /// <param name="token">Its parts.</param>
    /// <returns>Why it cannot be, or null.</returns>
    public static CredentialFailure? TryParse(string text, out SignedToken? token)
    {
        token = null;
        var first = text.IndexOf('.', StringComparison.Ordinal);
        var last = text.LastIndexOf('.');
        if (first <= 0 || last == first || text.AsSpan(first + 1, last - first - 1).Contains('.'))
            return CredentialFailure.Malformed;
        if (!StrictJson.TryParseObject(Base64UrlText.Decode(text.AsSpan(0, first)), out var header)
            || !StrictJson.TryGetString(header, "alg", out var name)
            || !StrictJson.TryGetString(header, "kid", out var keyId)
            || !StrictJson.TryGetString(header, "typ", out var type))
            return CredentialFailure.Malformed;
        if (JwtAlgorithms.Find(name) is not { } algorithm)
            return CredentialFailure.Algorithm;
        if (header.TryGetProperty("crit", out _))
            return CredentialFailure.Critical;
        if (!StrictJson.TryParseObject(Base64UrlText.Decode(text.AsSpan(first + 1, last - first - 1)), out var claims)
            || !StrictJson.TryGetString(claims, "iss", out var issuer)
            || !StrictJson.TryGetString(claims, "sub", out _)
            || Base64UrlText.Decode(text.AsSpan(last + 1)) is not { Length: > 0 })
            return CredentialFailure.Malformed;
        token = new(text, claims, algorithm) { KeyId = keyId, Type = type, Issuer = issuer };
        return null;
    }
}
