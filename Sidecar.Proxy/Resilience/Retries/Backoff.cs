namespace Sidecar.Proxy.Resilience.Retries;

/// <summary>Exponential back-off with full jitter, so that those who failed together do not come back together.</summary>
internal static class Backoff
{
    /// <summary>How long to pause.</summary>
    /// <param name="retry">0 before the first retry, 1 before the second, and so on.</param>
    /// <param name="options">Where it begins and ends.</param>
    /// <param name="draw">A random number, at least 0 and less than 1.</param>
    /// <returns>The pause.</returns>
    public static TimeSpan Delay(int retry, RetryOptions options, double draw)
    {
        var longest = options.BaseDelay * Math.Pow(2, retry);
        return (longest < options.MaxDelay ? longest : options.MaxDelay) * draw;
    }
}
