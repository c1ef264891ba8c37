using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Resilience.FaultInjection;

/// <summary>Counts what goes wrong on purpose.</summary>
/// <param name="meters">Where meters come from.</param>
internal sealed class FaultMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _injected = meters.Create(Instrumentation.Name)
        .CreateCounter<long>("sidecar.faults.injected", "{request}", "Requests that were delayed or aborted on purpose.");

    /// <summary>Counts a fault.</summary>
    /// <param name="fault"><c>delay</c> or <c>abort</c>.</param>
    /// <param name="route">The route that asks for it, or null for everybody's.</param>
    public void Inject(string fault, string? route) => _injected.Count("sidecar.fault", fault, route);
}
