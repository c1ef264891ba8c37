using Sidecar.Proxy.Traffic.Mirroring;
using Sidecar.Proxy.Upstream.Discovery;
using Sidecar.Proxy.Upstream.Health;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Traffic;

/// <summary>Adds what decides where a request goes.</summary>
internal static class TrafficExtensions
{
    /// <summary>Adds clusters and mirrors.</summary>
    public static void AddTraffic(this IServiceCollection services) => services.AddSingleton<Clusters>()
        .AddSingleton<TargetEvents>()
        .AddSingleton<TargetProbe>()
        .AddSingleton<TargetResolver>()
        .AddHostedService<ClusterMonitor>()
        .AddSingleton<MirrorMetrics>()
        .AddSingleton<MirrorSender>();
}
