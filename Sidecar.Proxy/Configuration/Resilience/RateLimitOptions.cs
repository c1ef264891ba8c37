namespace Sidecar.Proxy.Configuration.Resilience;

/// <summary>How many requests a second each client may send; more get 429 with Retry-After.</summary>
public sealed record RateLimitOptions : IValidatableObject
{
    /// <summary>What tells one client from another. Default: <see cref="RateLimitKey.Address"/>.</summary>
    public RateLimitKey By { get; init; } = RateLimitKey.Address;

    /// <summary>The header's name where <see cref="By"/> is <see cref="RateLimitKey.Header"/>.</summary>
    [RegularExpression("[!#$%&'*+.^_`|~0-9A-Za-z-]+", ErrorMessage = "the name of a header")]
    public string? Header { get; init; }

    /// <summary>How many requests a second in the long run, a fraction too.</summary>
    [Range(0.01, 1_000_000)]
    public double PerSecond { get; init; }

    /// <summary>How many requests at once after a pause. Default: what one second allows, at least 1.</summary>
    [Range(1, 1_000_000)]
    public int? Burst { get; init; }

    /// <summary>How many clients are told apart, some 50 bytes each; the rest share one allowance. A client that pauses is forgotten. Default: 10 000.</summary>
    [Range(1, 100_000)]
    public int MaxKeys { get; init; } = 10_000;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Header), By == RateLimitKey.Header && Header is null ? "the name of a header where By is header" : null),
        (nameof(Header), By != RateLimitKey.Header && Header is not null ? "left out unless By is header" : null));
}

/// <summary>What tells one client from another.</summary>
public enum RateLimitKey
{
    /// <summary>Its address; behind a trusted proxy the one in X-Forwarded-For. An IPv6 client has all of its /64.</summary>
    Address,

    /// <summary>A header; its address where the header is missing.</summary>
    Header,

    /// <summary>The identity that it has proved; its address where it has proved none.</summary>
    Identity,
}
