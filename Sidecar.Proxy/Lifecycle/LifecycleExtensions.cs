namespace Sidecar.Proxy.Lifecycle;

/// <summary>Adds what follows the application's life and the sidecar's own.</summary>
public static class LifecycleExtensions
{
    /// <summary>Adds the probe that readiness asks, and the orderly end.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="options">The configuration to start with.</param>
    /// <param name="command">The application to start, or null when somebody else does.</param>
    public static void AddLifecycle(this WebApplicationBuilder builder, Configuration.SidecarOptions options, WrappedCommand? command)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);

        var lifecycle = options.Lifecycle;
        // What is left of the time once the listener closes.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = lifecycle.DrainTimeout - lifecycle.DrainDelay);
        builder.Services.AddSingleton<AppProbe>()
            .AddSingleton<Drain>()
            .AddSingleton<Shutdown>()
            .AddSingleton<IHostLifetime>(services => services.GetRequiredService<Shutdown>());
        if (command is null)
            return;
        // Registered before the web server, so stopped after it: the application outlives the requests.
        builder.Services.AddSingleton(command)
            .AddSingleton<WrappedApp>()
            .AddHostedService(services => services.GetRequiredService<WrappedApp>());
    }

    /// <summary>Sends clients away while the sidecar drains.</summary>
    /// <param name="app">The pipeline.</param>
    /// <returns>The pipeline.</returns>
    public static IApplicationBuilder UseDrain(this IApplicationBuilder app) => app.UseMiddleware<DrainMiddleware>();
}
