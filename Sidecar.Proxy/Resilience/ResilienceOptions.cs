using Sidecar.Proxy.Resilience.Retries;
using Sidecar.Proxy.Resilience.Timeouts;

namespace Sidecar.Proxy.Resilience;

/// <summary>What keeps one failure from becoming many. Applies to every request; a route may say otherwise part by part.</summary>
public sealed record ResilienceOptions
{
    /// <summary>How long a request may take. Default: what the upstream's own options say.</summary>
    public TimeoutOptions? Timeouts { get; init; }

    /// <summary>Whether a request that failed is sent again. Default: never, except when an idle connection proves closed.</summary>
    public RetryOptions? Retry { get; init; }
}
