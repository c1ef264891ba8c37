namespace Sidecar.Proxy.Configuration;

public sealed partial class ConfigurationReloader
{
    [LoggerMessage(EventId = 1, EventName = "ConfigurationReloaded", Level = LogLevel.Information, Message = "Configuration reloaded from {File}; changed: {Keys}")]
    private static partial void Reloaded(ILogger logger, string file, string keys);

    [LoggerMessage(EventId = 2, EventName = "ConfigurationRefused", Level = LogLevel.Error, Message = "Configuration refused, the old one stays: {Problems}")]
    private static partial void Refused(ILogger logger, string problems);

    [LoggerMessage(EventId = 4, EventName = "ConfigurationAskedFor", Level = LogLevel.Information, Message = "SIGHUP: looking for changes of the mounted configuration")]
    private static partial void SignalReceived(ILogger logger);

    [LoggerMessage(EventId = 3, EventName = "ConfigurationNeedsRestart", Level = LogLevel.Warning, Message = "Configuration that changes at the next start only: {Keys}")]
    private static partial void NeedsRestart(ILogger logger, string keys);
}
