using System.Text.Json;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>A token whose signature and claims hold.</summary>
/// <param name="IssuerName">Its issuer, by the name in the configuration.</param>
/// <param name="Issuer">Its issuer.</param>
/// <param name="Claims">What it says.</param>
/// <param name="Lifetime">When it holds.</param>
/// <param name="Keys">The keys of which one has signed it.</param>
/// <param name="Headers">What the application is told of it.</param>
internal sealed record VerifiedToken(
    string IssuerName, JwtIssuer Issuer, JsonElement Claims, TokenLifetime Lifetime, SigningKeys Keys, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Whom it is about, or null.</summary>
    public string? Subject { get; } = StrictJson.TryGetString(Claims, "sub", out var subject) ? subject : null;

    /// <summary>Whom it is about, and who says so; null without a subject.</summary>
    public string? Identity => Subject is null ? null : $"jwt:{IssuerName}:{Subject}";
}
