namespace Sidecar.Proxy.Configuration.Security;

/// <summary>The networks requests may come from. The address is the client's as <c>Sidecar:Headers:TrustedProxies</c> tell it.</summary>
public sealed record AddressOptions : IValidatableObject
{
    /// <summary>Only these, as <c>10.0.0.0/8</c>. Default: all.</summary>
    [Networks]
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>Not these, whatever <see cref="Allow"/> says. Default: none.</summary>
    [Networks]
    public IReadOnlyList<string> Deny { get; init; } = [];

    /// <summary>Whether a request from this address may pass.</summary>
    /// <param name="address">The address, or null when it is not known: then it may not.</param>
    /// <returns>Whether it may.</returns>
    internal bool Allows(IPAddress? address) =>
        address is not null && !Denied.Contain(address) && (Allowed.IsEmpty || Allowed.Contain(address));

    private Networks Allowed => field ??= new(Allow);

    private Networks Denied => field ??= new(Deny);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Allow), Allow.Count + Deny.Count == 0 ? "a list of networks, here or in Deny" : null),
        (nameof(Allow), Allow.Intersect(Deny).FirstOrDefault() is { } both ? $"networks that are not in Deny ('{both}' is in both)" : null));
}
