using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Server.Resources;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>The two admissions: a flood of the traffic port leaves the admin port's places alone.</summary>
internal sealed class ConnectionAdmissions : IDisposable
{
    private const int AdminPlaces = 16;

    /// <summary>Makes both, and shows the traffic port's.</summary>
    /// <param name="limits">How many connections there may be.</param>
    /// <param name="memory">Whether there is memory for another.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meters">Where meters come from.</param>
    /// <param name="logger">Where they say that connections wait.</param>
    public ConnectionAdmissions(ResourceLimits limits, MemoryPressure memory, TimeProvider time, IMeterFactory meters, ILogger<ConnectionAdmission> logger)
    {
        Traffic = new(limits.Connections, isAdmin: false, memory, time, logger);
        Admin = new(AdminPlaces, isAdmin: true, memory, time, logger);
        var meter = meters.Create(Instrumentation.Name);
        meter.CreateObservableUpDownCounter("sidecar.connections.open", () => (long)Traffic.Open, "{connection}", "Connections from clients.");
        meter.CreateObservableUpDownCounter("sidecar.connections.limit", () => (long)Traffic.Max, "{connection}", "How many connections clients may have.");
        meter.CreateObservableCounter("sidecar.connections.pauses", () => Traffic.Pauses, "{pause}", "How often new connections had to wait because there were as many as there may be, or memory was tight.");
    }

    /// <summary>The clients'.</summary>
    public ConnectionAdmission Traffic { get; }

    /// <summary>The admin port's.</summary>
    public ConnectionAdmission Admin { get; }

    /// <inheritdoc />
    public void Dispose()
    {
        Traffic.Dispose();
        Admin.Dispose();
    }
}
