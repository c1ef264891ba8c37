using Sidecar.Proxy.Pipeline;
using Sidecar.Proxy.Traffic.Mirroring;
using Sidecar.Proxy.Traffic.Rewriting;

namespace Sidecar.Proxy.Traffic;

/// <summary>Adds what decides where a request goes.</summary>
internal static class TrafficExtensions
{
    /// <summary>Adds routes and clusters.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddTraffic(this IServiceCollection services) => services.AddSingleton<Clusters>().AddPolicy<RoutingPolicy>();

    /// <summary>Adds what routes do with requests that security and limits have let pass, besides forwarding them.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddRedirectsAndMirrors(this IServiceCollection services) => services
        .AddPolicy<RedirectPolicy>()
        .AddSingleton<MirrorMetrics>()
        .AddSingleton<MirrorSender>()
        .AddPolicy<MirroringPolicy>();
}
