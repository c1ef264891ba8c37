namespace Sidecar.Proxy.Configuration.Security;

/// <summary>Who may. Once it is configured, whoever it does not let in is rejected.</summary>
public sealed record AccessOptions : IValidatableObject
{
    /// <summary>Whether everybody may: no credentials are needed, and no authorization service is asked. Tokens that hold are still told to the application. Default: no.</summary>
    public bool Anonymous { get; init; }

    /// <summary>
    /// Who may: one entry has to hold. Default: whoever has a token or a key that holds, and nobody where neither is configured.
    /// </summary>
    public IReadOnlyList<CallerOptions> Allow { get; init; } = [];

    /// <summary>Whether CORS preflights pass without credentials, which browsers never send with them. Default: no.</summary>
    public bool Preflights { get; init; }

    /// <summary>Whether <c>Sidecar:Security:External</c> is asked, too, where it is configured. Default: yes.</summary>
    public bool External { get; init; } = true;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Anonymous), Anonymous && Allow.Count > 0 ? "false where there is Allow, which says who may" : null));
}
