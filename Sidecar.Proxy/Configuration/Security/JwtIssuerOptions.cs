namespace Sidecar.Proxy.Configuration.Security;

/// <summary>Somebody whose tokens are believed.</summary>
public sealed record JwtIssuerOptions : IValidatableObject
{
    /// <summary>What its tokens have as <c>iss</c>, to the letter.</summary>
    [Required(ErrorMessage = "what the issuer's tokens have as iss, such as https://issuer.example/")]
    public string Issuer { get; init; } = "";

    /// <summary>Of these one has to be in a token's <c>aud</c>; <c>*</c> for tokens of any audience, or without.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Where its keys are.</summary>
    public JwksOptions Jwks { get; init; } = new();

    /// <summary>What its tokens may be signed with. Default: all of <see cref="JwtAlgorithm"/> that the key fits.</summary>
    public IReadOnlyList<JwtAlgorithm> Algorithms { get; init; } = Enum.GetValues<JwtAlgorithm>();

    /// <summary>What a token's <c>typ</c> may be; it may be missing. Default: <c>JWT</c> and <c>at+jwt</c>, so that other kinds of JWT do not pass for these (RFC 8725, section 3.11).</summary>
    public IReadOnlyList<string> Types { get; init; } = ["JWT", "at+jwt"];

    /// <summary>How far its clock may be off, for <c>exp</c> and <c>nbf</c>. Default: 60 seconds.</summary>
    [DurationRange("0ms", "10m")]
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Audiences), Audiences.Count == 0 ? "at least one audience, or * for any" : null),
        (nameof(Algorithms), Algorithms.Count == 0 ? "at least one algorithm" : null));
}
