using Microsoft.IdentityModel.Tokens;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>Somebody whose tokens are believed, with the keys in force.</summary>
/// <param name="name">The name in the configuration.</param>
/// <param name="options">What is configured.</param>
/// <param name="keys">The keys.</param>
internal sealed class JwtIssuer(string name, JwtIssuerOptions options, KeySet keys)
{
    private readonly TokenValidationParameters _parameters = new()
    {
        ValidIssuer = options.Issuer,
        ValidAudiences = options.Audiences,
        ValidateAudience = !options.Audiences.Contains("*"),
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ValidAlgorithms = options.Algorithms.Select(static algorithm => algorithm.ToString()).ToArray(),
        // It reads no clock but the system's, and a token that is remembered has to be checked again: TokenLifetime.
        ValidateLifetime = false,
        IncludeTokenOnFailedValidation = false,
        LogValidationExceptions = false,
    };

    /// <summary>The name in the configuration.</summary>
    public string Name { get; } = name;

    /// <summary>What its tokens have as <c>iss</c>.</summary>
    public string Issuer => options.Issuer;

    /// <summary>How far its clock may be off.</summary>
    public TimeSpan ClockSkew => options.ClockSkew;

    /// <summary>Its keys.</summary>
    public KeySet Keys { get; } = keys;

    /// <summary>Whether tokens of this kind are taken. The library has neither tokens without a type beside those with, nor the prefix.</summary>
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
    public bool Accepts(JwtAlgorithm algorithm) => options.Algorithms.Contains(algorithm);

    /// <summary>What a token is checked for.</summary>
    /// <param name="keys">The keys of which one must have signed it.</param>
    /// <returns>The parameters of one check.</returns>
    public TokenValidationParameters Parameters(IReadOnlyList<SigningKey> keys)
    {
        var parameters = _parameters.Clone();
        // All of them, whatever their kid: one without may have signed a token with.
        parameters.IssuerSigningKeyResolver = (_, _, _, _) => keys.Select(static key => key.Key);
        return parameters;
    }
}
