namespace Sidecar.Proxy.Configuration;

/// <summary>Looks at the mounted file again and again, and puts a change in force while requests pass.</summary>
/// <param name="file">The file.</param>
/// <param name="configuration">The whole configuration.</param>
/// <param name="settings">What is in force.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it says what it did.</param>
public sealed partial class ConfigurationReloader(MountedFile file, IConfiguration configuration, SidecarSettings settings, TimeProvider time, ILogger<ConfigurationReloader> logger)
    : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.Current.ReloadInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look();
        }
        catch (OperationCanceledException)
        {
            // The sidecar ends.
        }
    }

    private void Look()
    {
        try
        {
            OptionsDifference? difference = null;
            if (file.Reload(() => difference = settings.Replace(OptionsReader.Read(configuration))))
                Report(difference!);
        }
        catch (ConfigurationException exception)
        {
            var problems = string.Join("; ", exception.Problems);
            Refused(logger, problems);
        }
    }

    private void Report(OptionsDifference difference)
    {
        var changed = difference.Changed.Count == 0 ? "nothing" : string.Join(", ", difference.Changed);
        Reloaded(logger, file.Path, changed);
        if (difference.RestartOnly.Count == 0)
            return;
        var kept = string.Join(", ", difference.RestartOnly);
        NeedsRestart(logger, kept);
    }
}
