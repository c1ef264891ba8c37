namespace Sidecar.Proxy.Configuration.Resilience;

/// <summary>How many requests may be with the application at once; more wait, or get 503 with Retry-After.</summary>
public sealed record ConcurrencyOptions : IValidatableObject
{
    /// <summary>How many at once, open WebSockets included. Default: 1 000 where <see cref="Adaptive"/> finds out how many of them are good, else it has to be given.</summary>
    [Range(1, 1_000_000)]
    public int? Max { get; init; }

    /// <summary>How many more may wait for their turn. Default: 0.</summary>
    [Range(0, 1_000_000)]
    public int Queue { get; init; }

    /// <summary>How long one may wait. Default: 1 second.</summary>
    [DurationRange("1ms", "5m")]
    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How the number is found out by itself. Default: it is not, and <see cref="Max"/> is the number.</summary>
    public AdaptiveOptions? Adaptive { get; init; }

    /// <summary>The most that may be at once, whatever is found out.</summary>
    internal int Ceiling => Max ?? 1_000;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Max), Max is null && Adaptive is null ? "a number from 1 to 1000000, unless Adaptive is given" : null),
        (nameof(Max), Adaptive is { } adaptive && adaptive.Min > Ceiling ? string.Create(CultureInfo.InvariantCulture, $"a number from Adaptive:Min, which is {adaptive.Min}") : null));
}

/// <summary>How the limit of concurrency is found out by itself.</summary>
public sealed record AdaptiveOptions
{
    /// <summary>How many requests are allowed at once in any case. Default: 2.</summary>
    [Range(1, 1_000_000)]
    public int Min { get; init; } = 2;

    /// <summary>How many times its unloaded latency the application may take before there are too many requests. Default: 1.25.</summary>
    [Range(1.05, 10)]
    public double LatencyTolerance { get; init; } = 1.25;

    /// <summary>How often the limit may change; less often where the application is slower than that, or has fewer than 30 answers in that time. Default: 100 ms.</summary>
    [DurationRange("10ms", "1m")]
    public TimeSpan UpdateInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How often the unloaded latency is measured anew while there is load, for which the limit is halved for a moment; less often
    /// where the application takes more than a hundredth of it. Default: 15 seconds.
    /// </summary>
    [DurationRange("1s", "1h")]
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(15);
}
