using System.Collections.Frozen;

namespace Sidecar.Proxy.Configuration.Security;

/// <summary>Some of the callers. What is given must all hold, by one of its values each.</summary>
public sealed record CallerOptions : IValidatableObject
{
    /// <summary>Identities of client certificates, exact or by their beginning: <c>spiffe://cluster.local/ns/shop/*</c>. Default: not asked for.</summary>
    public IReadOnlyList<string> Identities { get; init; } = [];

    /// <summary>Issuers, by their names under <c>Sidecar:Security:Jwt:Issuers</c>, or <c>*</c>, of which a token must be. Default: not asked for.</summary>
    public IReadOnlyList<string> Issuers { get; init; } = [];

    /// <summary>What a token must say; each has to hold. Default: not asked for.</summary>
    public IReadOnlyList<ClaimOptions> Claims { get; init; } = [];

    /// <summary>API keys, by their names, or <c>*</c>. Default: not asked for.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Networks the client must be in. Default: not asked for.</summary>
    [Networks]
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary><see cref="Identities"/>, to be looked up.</summary>
    internal Patterns IdentityPatterns => field ??= new(Identities, StringComparison.Ordinal);

    /// <summary><see cref="Issuers"/>, to be looked up.</summary>
    internal FrozenSet<string> IssuerNames => field ??= Issuers.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary><see cref="Keys"/>, to be looked up.</summary>
    internal FrozenSet<string> KeyNames => field ??= Keys.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The networks of <see cref="Addresses"/>, parsed once.</summary>
    internal Networks Networks => field ??= new(Addresses);

    /// <summary>Whether credentials in the request could help: a token or a key.</summary>
    internal bool AsksForCredentials => Issuers.Count + Claims.Count + Keys.Count > 0;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Identities), Identities.Count + Issuers.Count + Claims.Count + Keys.Count + Addresses.Count == 0 ? "given, or one of Issuers, Claims, Keys and Addresses; Anonymous lets everybody in" : null));
}

/// <summary>What a token must say.</summary>
public sealed record ClaimOptions
{
    /// <summary>The claim's name, or the way to it as a JSON Pointer (RFC 6901): <c>/realm_access/roles</c>.</summary>
    [Required(ErrorMessage = "the name of a claim, or a JSON Pointer such as /realm_access/roles")]
    public string Name { get; init; } = "";

    /// <summary>
    /// What it may be: one of these. Of an array one element has to be; of <c>scope</c> and <c>scp</c> one word. Default: anything but null.
    /// </summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary><see cref="Values"/>, to be looked up.</summary>
    internal FrozenSet<string> Accepted => field ??= Values.ToFrozenSet(StringComparer.Ordinal);
}
