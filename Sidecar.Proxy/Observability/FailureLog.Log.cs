namespace Sidecar.Proxy.Observability;

public sealed partial class FailureLog
{
    [LoggerMessage(EventId = 1, EventName = "RequestFailed", Message = "{Method} {Route} to {Target} failed with {Status} after {DurationMs} ms: {Kind}, {Detail}")]
    private static partial void Failed(ILogger logger, LogLevel level, string method, string route, string target, int status, long durationMs, string kind, string detail);

    [LoggerMessage(EventId = 3, EventName = "AnswerBrokenOff", Message = "{Method} {Route} to {Target} was broken off by the {EndedBy} in its answer, status {Status}, after {DurationMs} ms: {Kind}, {Detail}")]
    private static partial void BrokenOff(ILogger logger, LogLevel level, string method, string route, string target, string endedBy, int status, long durationMs, string kind, string detail);

    [LoggerMessage(EventId = 4, EventName = "RequestGivenUp", Message = "{Method} {Route} to {Target} was given up by the client after {DurationMs} ms, before there was an answer: {Kind}, {Detail}")]
    private static partial void GivenUp(ILogger logger, LogLevel level, string method, string route, string target, long durationMs, string kind, string detail);

    [LoggerMessage(EventId = 2, EventName = "RequestThrew", Level = LogLevel.Debug, Message = "The pipeline threw")]
    private static partial void Thrown(ILogger logger, Exception exception);
}
