using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a health check last said.</summary>
/// <param name="Name">The health check.</param>
/// <param name="Status">Its verdict; null until it has run once.</param>
/// <param name="Description">What it says about it.</param>
/// <param name="ExceptionText">What went wrong while checking.</param>
public sealed record HealthReportSnapshot(string Name, HealthStatus? Status, string? Description, string? ExceptionText)
{
    /// <summary>When it last ran, in UTC.</summary>
    public DateTime? LastRunAt { get; init; }
}
