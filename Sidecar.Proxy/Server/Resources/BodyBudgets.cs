using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Server.Resources;

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

/// <summary>How much of request bodies may be kept for one purpose, all requests together.</summary>
/// <param name="purpose">The purpose, for telemetry.</param>
/// <param name="max">How many bytes.</param>
/// <param name="memory">Whether there is memory for more.</param>
internal sealed class BodyBudget(string purpose, long max, MemoryPressure memory)
{
    private long _kept;
    private long _rejected;

    /// <summary>The purpose, for telemetry.</summary>
    public string Purpose => purpose;

    /// <summary>How many bytes are kept.</summary>
    public long Kept => Interlocked.Read(ref _kept);

    /// <summary>How often there was no room.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Takes room.</summary>
    /// <returns>Whether there was any; it is given back by <see cref="Return"/>.</returns>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _kept, bytes) <= max && !memory.IsTight)
            return true;
        Return(bytes);
        Interlocked.Increment(ref _rejected);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _kept, -bytes);
}
