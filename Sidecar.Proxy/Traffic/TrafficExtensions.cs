using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Pipeline;
using Sidecar.Proxy.Traffic.Mirroring;
using Sidecar.Proxy.Traffic.Rewriting;
using Sidecar.Proxy.Resilience;
using Sidecar.Proxy.Traffic.Discovery;

namespace Sidecar.Proxy.Traffic;

/// <summary>Adds what decides where a request goes.</summary>
internal static class TrafficExtensions
{
    /// <summary>Adds routes and clusters.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddTraffic(this IServiceCollection services) => services.AddSingleton<Clusters>()
        .AddSingleton<TargetEvents>()
        .AddSingleton<TargetProbe>()
        .AddSingleton<TargetResolver>()
        .AddHostedService<ClusterMonitor>()
        .AddPolicy<RoutingPolicy>();

    /// <summary>Adds what routes do with requests that security and limits have let pass, besides forwarding them.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddRedirectsAndMirrors(this IServiceCollection services) => services
        .AddPolicy<RedirectPolicy>()
        .AddSingleton<MirrorMetrics>()
        .AddSingleton<MirrorSender>()
        .AddPolicy<MirroringPolicy>();
}
