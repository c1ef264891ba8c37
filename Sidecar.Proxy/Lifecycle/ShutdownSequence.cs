using Microsoft.Extensions.Options;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// The sidecar's life around the server's. Whoever wishes its end, by a signal, by <c>POST /drain</c> or by the application's own end,
/// the traffic ends first and the application after it, while the admin port still answers.
/// </summary>
/// <param name="lifetime">Where the wish is expressed.</param>
/// <param name="drain">The end of the traffic.</param>
/// <param name="settings">The configuration.</param>
/// <param name="host">The host's own options.</param>
/// <param name="app">The application, in wrap mode.</param>
internal sealed class ShutdownSequence(IHostApplicationLifetime lifetime, Drain drain, SidecarSettings settings, IOptions<HostOptions> host, WrappedApp? app = null)
    : IHostedLifecycleService
{
    // Of DrainTimeout: by then the application has ended or is killed; the rest is for telemetry.
    private const double AppShare = 0.95;

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // The host comes round to stopping a moment later; readiness does not wait for it.
        lifetime.ApplicationStopping.Register(drain.Begin);
        settings.Changed += options => host.Value.ShutdownTimeout = options.Lifecycle.DrainTimeout;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // The ports are open: an application that starts is an application that can be reached.
        app?.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await drain.RunAsync(app?.Ended ?? CancellationToken.None, cancellationToken);
        if (app is not null)
            await app.StopAsync(drain.Until(AppShare), cancellationToken);
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
