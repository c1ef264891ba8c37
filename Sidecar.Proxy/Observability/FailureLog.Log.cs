namespace Sidecar.Proxy.Observability;

public sealed partial class FailureLog
{
    [LoggerMessage(EventId = 1, EventName = "RequestFailed", Message = "{Method} {Route} to {Target} failed with {Status} after {DurationMs} ms: {Kind}, {Detail}")]
    private static partial void Failed(ILogger logger, LogLevel level, string method, string route, string target, int status, string kind, string detail, long durationMs);

    [LoggerMessage(EventId = 2, EventName = "RequestThrew", Level = LogLevel.Debug, Message = "The pipeline threw")]
    private static partial void Thrown(ILogger logger, Exception exception);
}
