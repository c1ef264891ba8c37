namespace Sidecar.Proxy.Configuration.Resilience;

/// <summary>How each target is asked whether it is well. Until its checks have said otherwise, a target counts as well.</summary>
public sealed record HealthCheckOptions : IValidatableObject
{
    /// <summary>The path that is asked for by GET. Default: <c>/</c>.</summary>
    [RegularExpression("/[!-~]*", ErrorMessage = "a path that begins with a slash, percent-encoded")]
    public string Path { get; init; } = "/";

    /// <summary>The time from one check to the next. The first one comes at a random moment of the first interval. Default: 10 seconds.</summary>
    [DurationRange("10ms", "1h")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the head of the response may take. Default: 2 seconds.</summary>
    [DurationRange("1ms", "10m")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many checks in a row have to succeed for an unhealthy target to be used again. Default: 2.</summary>
    [Range(1, 1000)]
    public int HealthyThreshold { get; init; } = 2;

    /// <summary>How many checks in a row have to fail for a target to be no longer used. Default: 3.</summary>
    [Range(1, 1000)]
    public int UnhealthyThreshold { get; init; } = 3;

    /// <summary>The lowest status code that is a success. Default: 200.</summary>
    [Range(200, 599)]
    public int MinStatus { get; init; } = 200;

    /// <summary>The highest status code that is a success. Default: 299.</summary>
    [Range(200, 599)]
    public int MaxStatus { get; init; } = 299;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(MaxStatus), MaxStatus < MinStatus ? "at least MinStatus" : null));
}
