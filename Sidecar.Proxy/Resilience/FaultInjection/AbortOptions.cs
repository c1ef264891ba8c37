using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Resilience.FaultInjection;

/// <summary>Which requests are answered with an error.</summary>
public sealed record AbortOptions
{
    /// <summary>How many of a hundred.</summary>
    [Range(0.0001, 100)]
    public double Percent { get; init; }

    /// <summary>The status code they get.</summary>
    [Range(400, 599)]
    public int Status { get; init; }
}
