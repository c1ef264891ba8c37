namespace Sidecar.Proxy.Configuration.Security;

/// <summary>HTTP Strict Transport Security (RFC 6797): what browsers are told over TLS, in place of what the application says.</summary>
public sealed record HstsOptions : IValidatableObject
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    /// <summary>How long browsers use https alone; 0 makes them forget. Default: 365 days.</summary>
    [DurationRange("0ms", "3650d")]
    public TimeSpan MaxAge { get; init; } = Year;

    /// <summary>Whether it holds for all subdomains. Default: no.</summary>
    public bool IncludeSubDomains { get; init; }

    /// <summary>Whether browsers' makers may build it in. Default: no.</summary>
    public bool Preload { get; init; }

    /// <summary>The header's value.</summary>
    internal string HeaderValue => field ??=
        string.Create(CultureInfo.InvariantCulture, $"max-age={(long)MaxAge.TotalSeconds}{(IncludeSubDomains ? "; includeSubDomains" : "")}{(Preload ? "; preload" : "")}");

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Preload), Preload && !(IncludeSubDomains && MaxAge >= Year) ? "false unless IncludeSubDomains is true and MaxAge is 365d or more" : null));
}
