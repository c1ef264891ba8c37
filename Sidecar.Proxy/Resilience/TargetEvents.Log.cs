namespace Sidecar.Proxy.Resilience;

internal sealed partial class TargetEvents
{
    [LoggerMessage(EventId = 1, EventName = "TargetEjected", Level = LogLevel.Warning, Message = "Target {Target} of {Cluster} is ejected for {Duration}: {Reason}")]
    private static partial void LogEjected(ILogger logger, string target, string cluster, string duration, string reason);

    [LoggerMessage(EventId = 2, EventName = "TargetReturned", Level = LogLevel.Information, Message = "Target {Target} of {Cluster} is back: its ejection is over")]
    private static partial void LogReturned(ILogger logger, string target, string cluster);

    [LoggerMessage(EventId = 3, EventName = "CircuitOpened", Level = LogLevel.Warning, Message = "The circuit to target {Target} of {Cluster} is open for {Duration}: {Reason}")]
    private static partial void LogOpened(ILogger logger, string target, string cluster, string duration, string reason);

    [LoggerMessage(EventId = 4, EventName = "CircuitHalfOpened", Level = LogLevel.Information, Message = "The circuit to target {Target} of {Cluster} is half open: one request tries it")]
    private static partial void LogHalfOpened(ILogger logger, string target, string cluster);

    [LoggerMessage(EventId = 5, EventName = "CircuitClosed", Level = LogLevel.Information, Message = "The circuit to target {Target} of {Cluster} is closed: it answers again")]
    private static partial void LogClosed(ILogger logger, string target, string cluster);

    [LoggerMessage(EventId = 6, EventName = "TargetUnhealthy", Level = LogLevel.Warning, Message = "Target {Target} of {Cluster} is unhealthy: {Reason}")]
    private static partial void LogUnhealthy(ILogger logger, string target, string cluster, string reason);

    [LoggerMessage(EventId = 7, EventName = "TargetHealthy", Level = LogLevel.Information, Message = "Target {Target} of {Cluster} is healthy again")]
    private static partial void LogHealthy(ILogger logger, string target, string cluster);

    [LoggerMessage(EventId = 8, EventName = "TargetsDiscovered", Level = LogLevel.Information, Message = "Targets of {Cluster}: {Targets}")]
    private static partial void LogDiscovered(ILogger logger, string cluster, string targets);

    [LoggerMessage(EventId = 9, EventName = "DiscoveryFailed", Level = LogLevel.Warning, Message = "The targets of {Cluster} stay as they are: {Reason}")]
    private static partial void LogLost(ILogger logger, string cluster, string reason);

    [LoggerMessage(EventId = 10, EventName = "DiscoveryWorks", Level = LogLevel.Information, Message = "The targets of {Cluster} are looked up again")]
    private static partial void LogFound(ILogger logger, string cluster);
}
