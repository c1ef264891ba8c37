namespace Sidecar.Proxy.Configuration.Resilience;

/// <summary>When a target that fails is left alone for a while, all of it at once, and how it is tried again: with one request.</summary>
public sealed record CircuitBreakerOptions
{
    /// <summary>Which share of attempts has to fail, in percent, for the circuit to open. Default: 50.</summary>
    [Range(1, 100)]
    public int FailurePercent { get; init; } = 50;

    /// <summary>Over which time that share is taken. Default: 10 seconds.</summary>
    [DurationRange("100ms", "1h")]
    public TimeSpan SamplingWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many attempts there have to be in that time for their share to mean anything. Default: 20.</summary>
    [Range(1, 1_000_000)]
    public int MinimumThroughput { get; init; } = 20;

    /// <summary>How long the circuit stays open before one request tries the target. Default: 5 seconds.</summary>
    [DurationRange("10ms", "1h")]
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);
}
