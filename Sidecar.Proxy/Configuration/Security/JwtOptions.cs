using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Configuration.Security;

/// <summary>JSON Web Tokens (RFC 7519), signed by an issuer that is known.</summary>
public sealed record JwtOptions : IValidatableObject
{
    /// <summary>Who issues tokens, by names that <c>Access</c> and logs call them.</summary>
    public IReadOnlyDictionary<string, JwtIssuerOptions> Issuers { get; init; } = new Dictionary<string, JwtIssuerOptions>();

    /// <summary>The header tokens are in, after <c>Bearer</c>; in other headers than Authorization the word may be missing. Default: <c>Authorization</c>.</summary>
    public string Header { get; init; } = "Authorization";

    /// <summary>A cookie they may be in when the header has none. Default: none.</summary>
    public string? Cookie { get; init; }

    /// <summary>A query parameter they may be in otherwise; its value is hidden in logs and traces. Default: none.</summary>
    public string? Query { get; init; }

    /// <summary>Whether the application receives the token, too. Default: yes.</summary>
    public bool Forward { get; init; } = true;

    /// <summary>
    /// Headers that tell the application claims of the token, by name: <c>"X-User": "sub"</c>, or a JSON Pointer. A client cannot set them. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> ClaimHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a token may be. Default: 8 KiB.</summary>
    [Range(256, 64 * 1024)]
    public int MaxTokenBytes { get; init; } = 8 * 1024;

    /// <summary>How many verified tokens are remembered until they expire or their issuer's keys change, so that a signature is checked once. 0: none. Default: 1000.</summary>
    [Range(0, 100_000)]
    public int CachedTokens { get; init; } = 1000;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Issuers), Issuers.Count == 0 ? "at least one issuer: a name with Issuer, Audiences and Jwks" : null),
        (nameof(Issuers), Issuers.Values.GroupBy(issuer => issuer.Issuer).FirstOrDefault(same => same.Count() > 1) is { } twice ? $"issuers of which each has another Issuer ('{twice.Key}' is there twice)" : null),
        (nameof(Header), !HttpGrammar.IsToken(Header) ? "the name of a header" : null),
        (nameof(Cookie), Cookie is not null && !HttpGrammar.IsToken(Cookie) ? "the name of a cookie" : null),
        (nameof(Query), Query is { Length: 0 } ? "the name of a query parameter" : null),
        (nameof(ClaimHeaders), ClaimHeaders.FirstOrDefault(pair => !HttpGrammar.IsToken(pair.Key) || !HeaderRoles.Of(pair.Key).IsEditable() || pair.Value.Length == 0 || pair.Key.Equals(Header, StringComparison.OrdinalIgnoreCase)) is { Key: not null } bad ? $"names of headers other than {Header} and those that frame a message or are for one hop, each with the name of a claim ('{bad.Key}' is not)" : null));
}
