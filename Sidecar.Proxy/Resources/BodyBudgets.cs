using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Resources;

/// <summary>What bodies are kept for.</summary>
internal sealed class BodyBudgets
{
    private const string Purpose = "sidecar.body.purpose";

    /// <summary>Makes the budgets, and shows them.</summary>
    /// <param name="limits">How large they are.</param>
    /// <param name="memory">Whether there is memory for more.</param>
    /// <param name="meters">Where meters come from.</param>
    public BodyBudgets(ResourceLimits limits, MemoryPressure memory, IMeterFactory meters)
    {
        Retries = new("retry", limits.RetryBytes, memory);
        Mirrors = new("mirror", limits.MirrorBytes, memory);
        var meter = meters.Create(Instrumentation.Name);
        meter.CreateObservableUpDownCounter("sidecar.bodies.kept", () => Read(static budget => budget.Kept), "By", "Request bodies that are kept, by what for.");
        meter.CreateObservableCounter("sidecar.bodies.rejected", () => Read(static budget => budget.Rejected), "{request}", "Requests whose bodies found no room, by what for: they are sent once, or not mirrored.");
    }

    /// <summary>Bodies that may have to be sent again.</summary>
    public BodyBudget Retries { get; }

    /// <summary>Bodies that go to a mirror.</summary>
    public BodyBudget Mirrors { get; }

    private Measurement<long>[] Read(Func<BodyBudget, long> value) =>
        [new(value(Retries), new KeyValuePair<string, object?>(Purpose, Retries.Purpose)), new(value(Mirrors), new KeyValuePair<string, object?>(Purpose, Mirrors.Purpose))];
}
