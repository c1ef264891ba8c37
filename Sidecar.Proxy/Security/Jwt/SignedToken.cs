using System.Text.Json;
using Sidecar.Proxy.Security.Access;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>
/// A token taken apart, of which nothing is verified. It stands in front of the library, which takes the last of several members of one name, passes
/// over <c>crit</c> (RFC 7515, section 4.1.11), and decodes what is no base64url. Keys that a token brings along are not even read.
/// </summary>
/// <param name="Text">The token, in JWS's compact form.</param>
/// <param name="Claims">The claims.</param>
/// <param name="Algorithm">The algorithm it says.</param>
/// <param name="KeyId">The key's <c>kid</c>, or null.</param>
/// <param name="Type">Its <c>typ</c>, or null.</param>
/// <param name="Issuer">Who it says issued it.</param>
internal sealed record SignedToken(string Text, JsonElement Claims, JwtAlgorithm Algorithm, string? KeyId, string? Type, string? Issuer)
{
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
        token = new(text, claims, algorithm, keyId, type, issuer);
        return null;
    }
}
