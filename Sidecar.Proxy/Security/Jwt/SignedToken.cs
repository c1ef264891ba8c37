using System.Text;
using System.Text.Json;
using Sidecar.Proxy.Security.Access;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>A token taken apart, of which nothing is verified. Keys that it brings along (<c>jwk</c>, <c>jku</c>, <c>x5u</c>, <c>x5c</c>) are not even read.</summary>
internal sealed class SignedToken
{
    private SignedToken(JsonElement header, JsonElement claims, JwtAlgorithm algorithm, byte[] signed, byte[] signature)
    {
        (Header, Claims, Algorithm, Signed, Signature) = (header, claims, algorithm, signed, signature);
    }

    /// <summary>The JOSE header.</summary>
    public JsonElement Header { get; }

    /// <summary>The claims.</summary>
    public JsonElement Claims { get; }

    /// <summary>The algorithm it says.</summary>
    public JwtAlgorithm Algorithm { get; }

    /// <summary>What is signed.</summary>
    public byte[] Signed { get; }

    /// <summary>The signature.</summary>
    public byte[] Signature { get; }

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
            || Base64UrlText.Decode(text.AsSpan(last + 1)) is not { Length: > 0 } signature)
            return CredentialFailure.Malformed;
        token = new(header, claims, algorithm, Encoding.ASCII.GetBytes(text, 0, last), signature) { KeyId = keyId, Type = type, Issuer = issuer };
        return null;
    }
}
