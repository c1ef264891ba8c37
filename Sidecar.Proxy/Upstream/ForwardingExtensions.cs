using Sidecar.Proxy.Server.Resources;
using Sidecar.Proxy.Upstream.Http2;

namespace Sidecar.Proxy.Upstream;

/// <summary>Adds the way to the application.</summary>
public static class ForwardingExtensions
{
    /// <summary>Adds the forwarder and its connection pool.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddForwarding(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddSingleton<Http1Forwarder>()
            .AddSingleton(static provider => new UpstreamSlots(provider.GetRequiredService<ResourceLimits>().UpstreamConnections))
            .AddSingleton<PoolMetrics>()
            .AddSingleton<UpstreamCredentials>()
            .AddSingleton<Http2Connections>()
            .AddSingleton<Http2Clients>()
            .AddSingleton<Http2Forwarder>()
            .AddSingleton<ForwardingHandler>();
    }

    /// <summary>Gets the end of the pipeline.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>What sends a request to the application.</returns>
    internal static RequestHandler GetForwarding(this IServiceProvider services)
    {
        // Nothing asks for it, but it answers when metrics are collected.
        services.GetRequiredService<PoolMetrics>();
        return services.GetRequiredService<ForwardingHandler>().HandleAsync;
    }
}
