using Microsoft.Extensions.DependencyInjection.Extensions;
using Sidecar.Proxy.Pipeline;
using Sidecar.Proxy.Resilience.Concurrency;
using Sidecar.Proxy.Resilience.FaultInjection;
using Sidecar.Proxy.Resilience.RateLimiting;
using Sidecar.Proxy.Resilience.Retries;
using Sidecar.Proxy.Resilience.Timeouts;

namespace Sidecar.Proxy.Resilience;

/// <summary>Adds what keeps one failure from becoming many.</summary>
internal static class ResilienceExtensions
{
    /// <summary>Adds the policies that decide whether a request may pass now.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddLimits(this IServiceCollection services)
    {
        services.AddSingleton<LimitMetrics>().AddSingleton<FaultMetrics>().AddHostedService<FaultWarnings>();
        services.TryAddSingleton(Random.Shared);
        // What is made slow on purpose must not look to the limit like a slow application.
        services.AddPolicy<RateLimitPolicy>().AddPolicy<FaultPolicy>().AddPolicy<ConcurrencyPolicy>();
    }

    /// <summary>Adds the policies that decide how often and how long it is tried.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddResilience(this IServiceCollection services)
    {
        services.AddPolicy<TimeoutPolicy>();
        services.AddSingleton<RetryMetrics>().AddSingleton<RetryGate>().AddPolicy<RetryPolicy>();
    }
}
