using Sidecar.Proxy.Forwarding.Http1;

namespace Sidecar.Proxy.Forwarding;

/// <summary>Adds the way to the application.</summary>
public static class ForwardingExtensions
{
    /// <summary>Adds the forwarder and its connection pool.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddForwarding(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddSingleton<TargetPool>()
            .AddSingleton<Http1Forwarder>()
            .AddSingleton<YarpForwarder>()
            .AddSingleton<ForwardingMiddleware>();
    }

    /// <summary>Ends the pipeline at the application.</summary>
    /// <param name="app">The pipeline.</param>
    public static void UseForwarding(this IApplicationBuilder app) => app.UseMiddleware<ForwardingMiddleware>();
}
