namespace Sidecar.Proxy.Configuration;

/// <summary>Looks at what is mounted again and again, and puts a change in force while requests pass.</summary>
/// <param name="sources">What is mounted.</param>
/// <param name="configuration">The whole configuration.</param>
/// <param name="settings">What is in force.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it says what it did.</param>
public sealed partial class ConfigurationReloader(IEnumerable<MountedSource> sources, IConfiguration configuration, SidecarSettings settings, TimeProvider time, ILogger<ConfigurationReloader> logger)
    : BackgroundService
{
    private readonly Lock _lock = new();

    /// <summary>Looks now, as SIGHUP wants it.</summary>
    public void Look()
    {
        SignalReceived(logger);
        // A change is taken when two looks see the same.
        LookAll();
        LookAll();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = settings.Current.ReloadInterval;
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            LookAll();
            // A second look decides whether a change is complete; it need not wait a whole interval.
            timer.Period = sources.All(source => source.IsSettled) ? interval : interval / 4;
        }
    }

    private void LookAll()
    {
        lock (_lock)
        {
            foreach (var source in sources)
                Look(source);
        }
    }

    private void Look(MountedSource source)
    {
        try
        {
            OptionsDifference? difference = null;
            if (source.Reload(() => difference = settings.Replace(OptionsReader.Read(configuration))))
                Report(source, difference!);
        }
        catch (ConfigurationException exception)
        {
            Refused(logger, exception.Line);
        }
        catch (Exception exception)
        {
            // A fault of the sidecar's own: it must not end for it.
            var problem = $"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}";
            Refused(logger, problem);
        }
    }

    private void Report(MountedSource source, OptionsDifference difference)
    {
        var changed = difference.Changed.Count == 0 ? "nothing" : string.Join(", ", difference.Changed);
        Reloaded(logger, source.Path, changed);
        if (difference.RestartOnly.Count == 0)
            return;
        var kept = string.Join(", ", difference.RestartOnly);
        NeedsRestart(logger, kept);
    }

    [LoggerMessage(EventId = 1, EventName = "ConfigurationReloaded", Level = LogLevel.Information, Message = "Configuration reloaded from {File}; changed: {Keys}")]
    private static partial void Reloaded(ILogger logger, string file, string keys);

    [LoggerMessage(EventId = 2, EventName = "ConfigurationRefused", Level = LogLevel.Error, Message = "Configuration refused, keeping the previous one: {Problems}")]
    private static partial void Refused(ILogger logger, string problems);

    [LoggerMessage(EventId = 4, EventName = "ConfigurationAskedFor", Level = LogLevel.Information, Message = "SIGHUP received, checking the mounted configuration for changes")]
    private static partial void SignalReceived(ILogger logger);

    [LoggerMessage(EventId = 3, EventName = "ConfigurationNeedsRestart", Level = LogLevel.Warning, Message = "Changed settings take effect after a restart: {Keys}")]
    private static partial void NeedsRestart(ILogger logger, string keys);
}
