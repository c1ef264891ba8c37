using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>Adds what follows the application's life and the sidecar's own.</summary>
public static class LifecycleExtensions
{
    /// <summary>Adds the probe that readiness asks, the drain and the signals that begin it.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="options">The configuration to start with.</param>
    /// <param name="command">The application's command and its arguments in wrap mode, else nothing.</param>
    public static void AddLifecycle(this WebApplicationBuilder builder, SidecarOptions options, IReadOnlyList<string> command)
    {
        if (command.Count > 0)
            builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<WrappedApp>(services, command));
        builder.Services.AddSingleton<Readiness>()
            .AddSingleton<TrafficListener>()
            .AddSingleton<TrafficConnections>()
            .AddSingleton<Drain>()
            .AddHostedService<ShutdownSequence>()
            .AddSingleton<IHostLifetime, SignalLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Lifecycle.DrainTimeout);
    }

    /// <summary>Disposes of the sidecar, which sends the last telemetry, in the time that is left to it.</summary>
    /// <param name="app">A sidecar that has stopped.</param>
    /// <returns>When that is done, or the time is up.</returns>
    public static async Task FlushAsync(this WebApplication app)
    {
        var timeLeft = app.Services.GetRequiredService<Drain>().TimeLeft;
        try
        {
            // Exporters block the thread they are disposed of on.
            await Task.Run(async () => await app.DisposeAsync()).WaitAsync(timeLeft);
        }
        catch (TimeoutException)
        {
            await Console.Error.WriteLineAsync($"The last telemetry could not be sent within {SidecarOptions.Section}:Lifecycle:DrainTimeout.");
        }
    }
}
