using System.ComponentModel.DataAnnotations;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Resilience.FaultInjection;

/// <summary>Which requests wait before they go on.</summary>
public sealed record DelayOptions
{
    /// <summary>How many of a hundred.</summary>
    [Range(0.0001, 100)]
    public double Percent { get; init; }

    /// <summary>How long.</summary>
    [DurationRange("1ms", "1h")]
    public TimeSpan Duration { get; init; }
}
