namespace Sidecar.Proxy.Resources;

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
    /// <param name="bytes">How much.</param>
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
    /// <param name="bytes">How much.</param>
    public void Return(long bytes) => Interlocked.Add(ref _kept, -bytes);
}
