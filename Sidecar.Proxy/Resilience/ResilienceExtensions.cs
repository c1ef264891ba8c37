using Microsoft.Extensions.DependencyInjection.Extensions;
using Sidecar.Proxy.Resilience.FaultInjection;
using Sidecar.Proxy.Resilience.Retries;

namespace Sidecar.Proxy.Resilience;

/// <summary>Adds what keeps one failure from becoming many.</summary>
internal static class ResilienceExtensions
{
    /// <summary>Adds what limits, retries and faults need.</summary>
    public static void AddResilience(this IServiceCollection services) => services
        .AddSingleton<LimitMetrics>()
        .AddHostedService<FaultWarnings>()
        .AddSingleton<RetryMetrics>()
        .AddSingleton<RetryAdmission>()
        .TryAddSingleton(Random.Shared);
}
