namespace Sidecar.Proxy.Configuration;

/// <summary>Does something with the options at the start and after each reload.</summary>
internal abstract class SettingsFollower(SidecarSettings settings) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        settings.Changed += Follow;
        Follow(settings.Current);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken)
    {
        settings.Changed -= Follow;
        return Task.CompletedTask;
    }

    /// <summary>Does it.</summary>
    /// <param name="options">What is in force now.</param>
    protected abstract void Follow(SidecarOptions options);
}
