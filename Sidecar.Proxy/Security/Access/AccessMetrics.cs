using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Security.Access;

/// <summary>Counts who was rejected, and why.</summary>
internal sealed class AccessMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _denied = meters.Create(Instrumentation.Name).CreateCounter<long>("sidecar.access.denied", "{request}", "Requests refused for who sent them, by reason and route.");

    /// <summary>Counts a rejection.</summary>
    /// <param name="reason">Why, one of a few words.</param>
    /// <param name="route">The route's name, or null when there is none.</param>
    public void Deny(string reason, string? route) => _denied.Count("sidecar.access.reason", reason, route);
}
