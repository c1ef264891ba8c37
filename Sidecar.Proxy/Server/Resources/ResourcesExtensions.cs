using Sidecar.Proxy.Server.Listening;

namespace Sidecar.Proxy.Server.Resources;

/// <summary>Adds the bounds of what connections and requests may take all together.</summary>
internal static class ResourcesExtensions
{
    /// <summary>Adds them.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">The configuration to start with.</param>
    public static void AddResources(this IServiceCollection services, SidecarOptions options) => services
        // When the ports open, and what the process itself needs is open.
        .AddSingleton(_ => ResourceLimits.Of(options.Limits, options.Listener.Tls.IsOn, Descriptors.ForConnections, MemoryPressure.Available))
        .AddSingleton<MemoryPressure>()
        .AddSingleton<ConnectionAdmissions>()
        .AddSingleton<BodyBudgets>();
}
