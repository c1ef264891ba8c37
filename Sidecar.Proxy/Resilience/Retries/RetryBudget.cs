using Sidecar.Proxy.Upstream.Health;

namespace Sidecar.Proxy.Resilience.Retries;

/// <summary>Keeps retries a share of the requests, so that they never multiply an outage. It looks back ten seconds, in steps of one.</summary>
internal sealed class RetryBudget(TimeProvider time)
{
    private const int Seconds = 10;

    private readonly Lock _lock = new();
    private readonly SlidingWindow _window = new(TimeSpan.FromSeconds(Seconds), time);

    /// <summary>Counts a request.</summary>
    public void AddRequest()
    {
        lock (_lock)
            _window.Add(1, 0);
    }

    /// <summary>Takes a retry out of the budget.</summary>
    /// <param name="options">How large it is.</param>
    /// <returns>Whether there was one left.</returns>
    public bool TryTake(RetryOptions options)
    {
        lock (_lock)
        {
            var (requests, retries) = _window.Add(0, 0);
            if (retries >= Math.Max((long)requests * options.BudgetPercent / 100, options.BudgetMinimumPerSecond * Seconds))
                return false;
            _window.Add(0, 1);
            return true;
        }
    }
}
