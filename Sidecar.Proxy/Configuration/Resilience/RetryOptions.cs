namespace Sidecar.Proxy.Configuration.Resilience;

/// <summary>
/// Which requests are sent again, and how often. A failure to connect is retried whatever the method is; anything else only if the request
/// is idempotent (RFC 9110, section 9.2.2) or marked so, and its body can be sent again.
/// </summary>
public sealed record RetryOptions : IValidatableObject
{
    /// <summary>How often a request is sent again at most; 0 turns retries off. Default: 2.</summary>
    [Range(0, 10)]
    public int MaxRetries { get; init; } = 2;

    /// <summary>The status codes that are taken for failures. Default: 502, 503, 504, which gateways answer with, as for Envoy's <c>gateway-error</c>.</summary>
    [StatusCodes]
    public IReadOnlyList<int> Statuses { get; init; } = [502, 503, 504];

    /// <summary>Whether all requests count as idempotent, for a route whose POST is a search for instance. Default: false.</summary>
    public bool Idempotent { get; init; }

    /// <summary>A header that marks a request as idempotent, such as <c>Idempotency-Key</c>. Default: none.</summary>
    [RegularExpression(@"[!#$%&'*+.^_`|~0-9A-Za-z\-]+", ErrorMessage = "the name of a header, such as Idempotency-Key")]
    public string? IdempotencyHeader { get; init; }

    /// <summary>How large a body may be to be kept for another attempt, in bytes. It streams on meanwhile; a larger one is sent once. Default: 64 KiB.</summary>
    [Range(0, 16 * 1024 * 1024)]
    public int MaxBodyBytes { get; init; } = 64 * 1024;

    /// <summary>The longest pause before the first retry; it doubles with each, and the pause itself is drawn between zero and that. Default: 25 ms.</summary>
    [DurationRange("0ms", "1m")]
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>What the pause does not grow beyond. Default: 250 ms.</summary>
    [DurationRange("0ms", "1m")]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest Retry-After that is waited for; a response that asks for more goes to the client. Default: 2 seconds.</summary>
    [DurationRange("0ms", "1m")]
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many retries a cluster may have in ten seconds, in percent of its requests in that time. Default: 20.</summary>
    [Range(0, 100)]
    public int BudgetPercent { get; init; } = 20;

    /// <summary>How many retries a second it may have, on the same average, however few requests there are. Default: 3.</summary>
    [Range(0, 1000)]
    public int BudgetMinimumPerSecond { get; init; } = 3;

    /// <summary>How long to pause: exponential back-off with full jitter, so that those who failed together do not come back together.</summary>
    /// <param name="retry">0 before the first retry, 1 before the second, and so on.</param>
    /// <param name="draw">A random number, at least 0 and less than 1.</param>
    internal TimeSpan Backoff(int retry, double draw)
    {
        var longest = BaseDelay * Math.Pow(2, retry);
        return (longest < MaxDelay ? longest : MaxDelay) * draw;
    }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(BaseDelay), BaseDelay > MaxDelay ? $"a duration no longer than MaxDelay, which is {Duration.Format(MaxDelay)}" : null));
}

/// <summary>Allows status codes of failures, or none.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StatusCodesAttribute() : ValidationAttribute("status codes from 400 to 599, comma-separated")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is IReadOnlyList<int> codes && codes.All(code => code is >= 400 and <= 599);
}
