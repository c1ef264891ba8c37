namespace Sidecar.Proxy.Resilience.Retries;

/// <summary>Keeps retries a share of the requests, so that they never multiply an outage. It looks back ten seconds, in steps of one.</summary>
/// <param name="time">The clock.</param>
internal sealed class RetryBudget(TimeProvider time)
{
    private const int Window = 10;

    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private readonly (long Second, int Requests, int Retries)[] _slots = new (long, int, int)[Window];

    /// <summary>Counts a request.</summary>
    public void AddRequest()
    {
        lock (_lock)
            Slot().Requests++;
    }

    /// <summary>Takes a retry out of the budget.</summary>
    /// <param name="options">How large it is.</param>
    /// <returns>Whether there was one left.</returns>
    public bool TryTake(RetryOptions options)
    {
        lock (_lock)
        {
            ref var slot = ref Slot();
            var (requests, retries) = (0L, 0L);
            foreach (var (second, sent, again) in _slots)
            {
                if (second <= slot.Second - Window)
                    continue;
                requests += sent;
                retries += again;
            }

            if (retries >= Math.Max(requests * options.BudgetPercent / 100, options.BudgetMinimumPerSecond * Window))
                return false;
            slot.Retries++;
            return true;
        }
    }

    private ref (long Second, int Requests, int Retries) Slot()
    {
        var second = (long)time.GetElapsedTime(_started).TotalSeconds;
        ref var slot = ref _slots[second % Window];
        if (slot.Second != second)
            slot = (second, 0, 0);
        return ref slot;
    }
}
