namespace Sidecar.Proxy.Lifecycle;

/// <summary>Adds what follows the application's life and the sidecar's own.</summary>
public static class LifecycleExtensions
{
    /// <summary>Adds the probe that readiness asks.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddLifecycle(this IServiceCollection services) => services.AddSingleton<AppProbe>();
}
