namespace Sidecar.Proxy.Configuration.Security;

/// <summary>Where an issuer's keys are: a JSON Web Key Set (RFC 7517) in a file or at a URL. If it cannot be read later on, the last known keys stay.</summary>
public sealed record JwksOptions : IValidatableObject
{
    /// <summary>A file, which is looked at every second. Default: none.</summary>
    [ExistingFile]
    public string? File { get; init; }

    /// <summary>An https URL; http only to this machine. Redirects are not followed. Default: none.</summary>
    public string? Url { get; init; }

    /// <summary>A PEM file of the authorities that the URL's certificate is checked against. Default: the system's.</summary>
    [ExistingFile]
    public string? CaFile { get; init; }

    /// <summary>How often the URL is fetched. Default: 5 minutes.</summary>
    [DurationRange("1s", "24h")]
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after a fetch a token with an unknown key may cause another, so that nobody can cause many. Default: 10 seconds.</summary>
    [DurationRange("1s", "1h")]
    public TimeSpan UnknownKeyInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a fetch may take. Default: 5 seconds.</summary>
    [DurationRange("10ms", "1m")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How large the document may be. Default: 256 KiB.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int MaxBytes { get; init; } = 256 * 1024;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(File), (File is null) == (Url is null) ? "the path of a JWKS file, or left out when Url is given" : null),
        (nameof(File), File is not null && Pem.WhyNot(() => SigningKeys.Parse(FileContent.Read(File, MaxBytes))) is { } problem ? $"a JSON Web Key Set with a key that can be used ({problem})" : null),
        (nameof(Url), Url is not null && !IsAllowed(Url) ? "an https URL without user and fragment; http only to localhost or a loopback address" : null),
        (nameof(CaFile), Pem.AuthoritiesProblem(CaFile)));

    private static bool IsAllowed(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && url is { Host.Length: > 0, UserInfo.Length: 0, Fragment.Length: 0 };
}
