using Sidecar.Proxy.Pipeline;
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
    }

    /// <summary>Adds the policies that decide how often and how long it is tried.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddResilience(this IServiceCollection services)
    {
        services.AddPolicy<TimeoutPolicy>();
        services.AddSingleton<RetryMetrics>().AddSingleton<RetryGate>().AddPolicy<RetryPolicy>();
    }
}
