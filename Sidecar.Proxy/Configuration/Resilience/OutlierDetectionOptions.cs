namespace Sidecar.Proxy.Configuration.Resilience;

/// <summary>When a target that fails more than the others gets no requests for a while. The meaning is Envoy's.</summary>
public sealed record OutlierDetectionOptions
{
    /// <summary>How many attempts in a row have to fail. Default: 5.</summary>
    [Range(1, 1_000_000)]
    public int ConsecutiveFailures { get; init; } = 5;

    /// <summary>Whether only 502, 503 and 504 and the lack of a response are failures, and no other status from 500. Default: no.</summary>
    public bool GatewayFailuresOnly { get; init; }

    /// <summary>Which share of attempts has to fail within <see cref="Interval"/>, in percent. Default: none; only failures in a row count.</summary>
    [Range(1, 100)]
    public int? FailurePercent { get; init; }

    /// <summary>How many attempts there have to be within <see cref="Interval"/> for their share to mean anything. Default: 20.</summary>
    [Range(1, 1_000_000)]
    public int MinimumRequests { get; init; } = 20;

    /// <summary>Over which time that share is taken; also how long a target has to do well for one of its former ejections to be forgotten. Default: 10 seconds.</summary>
    [DurationRange("100ms", "1h")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the first ejection lasts; the second one lasts twice as long, and so on. Default: 30 seconds.</summary>
    [DurationRange("10ms", "1h")]
    public TimeSpan BaseEjectionTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an ejection lasts at most. Default: 5 minutes.</summary>
    [DurationRange("10ms", "24h")]
    public TimeSpan MaxEjectionTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Which share of the targets may be ejected at once, in percent: with 50, none of one, one of two or three. Default: 50.</summary>
    [Range(1, 100)]
    public int MaxEjectionPercent { get; init; } = 50;
}
