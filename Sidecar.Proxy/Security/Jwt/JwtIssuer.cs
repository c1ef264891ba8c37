using System.Collections.Frozen;
using System.Text.Json;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>Somebody whose tokens are believed, with the keys in force.</summary>
/// <param name="name">The name in the configuration.</param>
/// <param name="options">What is configured.</param>
/// <param name="keys">The keys.</param>
internal sealed class JwtIssuer(string name, JwtIssuerOptions options, KeySet keys)
{
    private readonly FrozenSet<string> _audiences = options.Audiences.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The name in the configuration.</summary>
    public string Name { get; } = name;

    /// <summary>What its tokens have as <c>iss</c>.</summary>
    public string Issuer => options.Issuer;

    /// <summary>How far its clock may be off.</summary>
    public TimeSpan ClockSkew => options.ClockSkew;

    /// <summary>Its keys.</summary>
    public KeySet Keys { get; } = keys;

    /// <summary>Whether tokens of this kind are taken.</summary>
    /// <param name="type">The token's <c>typ</c>, or null.</param>
    public bool Accepts(string? type)
    {
        const string Prefix = "application/";
        if (type is null)
            return true;
        // The prefix may be left out (RFC 7515, section 4.1.9).
        var name = type.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? type[Prefix.Length..] : type;
        return options.Types.Any(allowed => allowed.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether tokens may be signed in this way.</summary>
    /// <param name="algorithm">The token's algorithm.</param>
    public bool Accepts(JwtAlgorithm algorithm) => options.Algorithms.Contains(algorithm);

    /// <summary>Whether a token is for one of the audiences.</summary>
    /// <param name="claims">Its claims.</param>
    public bool Accepts(JsonElement claims)
    {
        if (_audiences.Contains("*"))
            return true;
        return claims.TryGetProperty("aud", out var audience) && audience.ValueKind switch
        {
            JsonValueKind.Array => audience.EnumerateArray().Any(IsAccepted),
            _ => IsAccepted(audience),
        };
    }

    private bool IsAccepted(JsonElement audience) => audience.ValueKind == JsonValueKind.String && ClaimReader.Text(audience) is { } text && _audiences.Contains(text);
}
