namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>
/// What tells clients apart, so that each stays with its share: exactly one of these. The same key has the same share at every sidecar; of two shares, as
/// one grows, only those change that it grows by. A request without the key is dealt like any other.
/// </summary>
public sealed record StickyOptions : IValidatableObject
{
    /// <summary>The name of a header.</summary>
    public string? Header { get; init; }

    /// <summary>The name of a cookie. The sidecar sets none.</summary>
    public string? Cookie { get; init; }

    /// <summary>The client's address. Default: false.</summary>
    public bool ClientAddress { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Header), OptionsRules.Given(Header is "" ? null : Header, Cookie is "" ? null : Cookie, ClientAddress ? true : null) == 1 ? null : "exactly one of Header, Cookie and ClientAddress"));
}
