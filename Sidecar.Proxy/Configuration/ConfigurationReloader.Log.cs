namespace Sidecar.Proxy.Configuration;

public sealed partial class ConfigurationReloader
{
    [LoggerMessage(EventId = 1, EventName = "ConfigurationReloaded", Level = LogLevel.Information, Message = "Configuration reloaded from {File}")]
    private static partial void Reloaded(ILogger logger, string file);

    [LoggerMessage(EventId = 2, EventName = "ConfigurationRefused", Level = LogLevel.Error, Message = "Configuration refused, the old one stays: {Problem}")]
    private static partial void Refused(ILogger logger, ConfigurationProblem problem);

    [LoggerMessage(EventId = 3, EventName = "ConfigurationNeedsRestart", Level = LogLevel.Warning, Message = "Configuration under {Key} changes at the next start only")]
    private static partial void NeedsRestart(ILogger logger, string key);
}
