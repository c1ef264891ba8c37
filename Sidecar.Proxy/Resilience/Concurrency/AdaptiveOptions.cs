using System.ComponentModel.DataAnnotations;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Resilience.Concurrency;

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
