using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>All that is known about a resource at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary><c>Project</c>, <c>Executable</c>, <c>Parameter</c> or any other word.</summary>
    public required string ResourceType { get; init; }

    /// <summary>What the dashboard's details show.</summary>
    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }

    /// <summary>One of <see cref="KnownResourceStates"/>, or any other.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>The exit code of a process that has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>When it was created, in UTC.</summary>
    public DateTime? CreationTimeStamp { get; init; }

    /// <summary>When it was started, in UTC.</summary>
    public DateTime? StartTimeStamp { get; init; }

    /// <summary>When it ended, in UTC.</summary>
    public DateTime? StopTimeStamp { get; init; }

    /// <summary>
    /// The worst that the health checks say. A running resource without a health check is healthy, one whose health check has
    /// not run yet is not, and one that does not run has no health.
    /// </summary>
    public HealthStatus? HealthStatus =>
        State?.Text != KnownResourceStates.Running ? null
        : HealthReports.IsEmpty ? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy
        : HealthReports.Min(report => report.Status ?? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy);

    /// <summary>What each health check last said.</summary>
    public ImmutableArray<HealthReportSnapshot> HealthReports { get; internal init; } = [];

    /// <summary>Its environment.</summary>
    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];

    /// <summary>Its addresses.</summary>
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    /// <summary>What can be asked of it.</summary>
    public ImmutableArray<ResourceCommandSnapshot> Commands { get; init; } = [];

    /// <summary>How it relates to others.</summary>
    public ImmutableArray<RelationshipSnapshot> Relationships { get; init; } = [];

    /// <summary>Whether the dashboard leaves it out unless asked.</summary>
    public bool IsHidden { get; init; }

    /// <summary>A Fluent UI icon; without one the dashboard chooses by type.</summary>
    public string? IconName { get; init; }

    /// <summary>Which form of the icon.</summary>
    public IconVariant? IconVariant { get; init; }
}
