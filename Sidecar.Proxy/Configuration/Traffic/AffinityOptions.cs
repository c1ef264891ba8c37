namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>Has a client's requests go to the same target, as long as that may be used, by a cookie.</summary>
public sealed record AffinityOptions : IValidatableObject
{
    /// <summary>The cookie's name. Default: <c>sidecar-affinity</c>, and <c>sidecar-affinity-NAME</c> for a cluster.</summary>
    [RegularExpression("[!#$%&'*+.^_`|~0-9A-Za-z-]+", ErrorMessage = "a cookie's name (RFC 6265): letters, digits and !#$%&'*+-.^_`|~")]
    public string? Cookie { get; init; }

    /// <summary>How long the client keeps it. Default: as long as its session.</summary>
    [DurationRange("1s", "365d")]
    public TimeSpan? MaxAge { get; init; }

    /// <summary>On which requests from other sites it is sent. Default: <see cref="SameSiteMode.Lax"/>.</summary>
    public SameSiteMode SameSite { get; init; } = SameSiteMode.Lax;

    /// <summary>
    /// A secret that keeps the value from being guessed from a target's address; all sidecars of the application need the same one.
    /// Default: none; the value is a plain hash.
    /// </summary>
    [Secret]
    [RegularExpression("(?s).{16,}", ErrorMessage = "at least 16 characters")]
    public string? Key { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(SameSite), SameSite == SameSiteMode.Unspecified ? "one of none, lax, strict" : null));
}
