using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SidecarAspire.Hosting.Reporting;

/// <summary>Why a running resource is not healthy.</summary>
internal static class Illness
{
    /// <summary>The first health check that fails, and which variable names the port it tries; null when none fails.</summary>
    public static string? Of(ResourceEvent resource)
    {
        if (resource.Snapshot.HealthReports.FirstOrDefault(report => report.Status is not HealthStatus.Healthy) is not { } report)
        {
            return null;
        }

        var reason = report.Description ?? $"its check {report.Name} has no result";
        // Behind a proxy of the orchestrator's it listens on a port that only its variables have.
        var ports = resource.Resource.Annotations.OfType<EndpointAnnotation>()
            .Where(endpoint => !endpoint.IsProxied)
            .Select(endpoint => endpoint.AllocatedEndpoint?.Port.ToString(CultureInfo.InvariantCulture))
            .ToArray();
        if (ports.Length == 0)
        {
            return reason;
        }

        var variables = resource.Snapshot.EnvironmentVariables.Where(variable => ports.Contains(variable.Value)).Select(variable => variable.Name).ToArray();
        return $"{reason}; {(variables.Length == 0 ? "no variable has its port" : $"its port is in {string.Join(" and ", variables)}")}";
    }
}
