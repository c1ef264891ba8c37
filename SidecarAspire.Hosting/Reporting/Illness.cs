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

        var reason = report.Description ?? report.Name;
        var ports = resource.Resource.Annotations.OfType<EndpointAnnotation>()
            .Select(endpoint => endpoint.TargetPort ?? endpoint.AllocatedEndpoint?.Port)
            .OfType<int>()
            .Select(port => port.ToString(CultureInfo.InvariantCulture))
            .ToArray();
        var variables = resource.Snapshot.EnvironmentVariables.Where(variable => ports.Contains(variable.Value)).Select(variable => variable.Name).ToArray();
        return ports.Length == 0 ? $"{reason}." : $"{reason}. {(variables.Length == 0 ? "No variable tells it its port" : $"Its port is told it in {string.Join(" and ", variables)}")}.";
    }
}
