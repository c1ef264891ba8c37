using Sidecar.Proxy.Pipeline;

namespace Sidecar.Proxy.Traffic;

/// <summary>Adds what decides where a request goes.</summary>
internal static class TrafficExtensions
{
    /// <summary>Adds routes and clusters.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddTraffic(this IServiceCollection services) => services.AddSingleton<Clusters>().AddPolicy<RoutingPolicy>();
}
