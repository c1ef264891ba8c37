namespace Sidecar.Proxy.Observability;

/// <summary>One clear line for each request that failed at the sidecar, in place of a stack trace.</summary>
public sealed partial class FailureLog(ILogger<FailureLog> logger)
{
    /// <summary>Writes the line.</summary>
    /// <param name="request">A request whose <see cref="RequestRecord.Error"/> is set.</param>
    public void Write(RequestRecord request)
    {
        if (request.Error is not { } error)
            return;
        var (target, detail, duration) = (request.Target?.Url ?? "-", request.ErrorDetail ?? error.Detail, (long)request.Duration.TotalMilliseconds);
        var culprit = Culprit(request.EndedBy);
        if (request.IsBrokenOff)
            BrokenOff(logger, error.Severity, request.Method, request.VisiblePath, target, culprit, request.StatusCode, duration, error.Token, detail);
        else if (request.EndedBy == RequestEnd.Client)
            GivenUp(logger, error.Severity, request.Method, request.VisiblePath, target, duration, error.Token, detail);
        else
            Failed(logger, error.Severity, request.Method, request.VisiblePath, target, error.StatusCode, duration, error.Token, detail);
    }

    /// <summary>Writes an exception with its stack, at the level of debugging.</summary>
    public void Explain(Exception exception) => Thrown(logger, exception);

    private static string Culprit(RequestEnd end) => end switch
    {
        RequestEnd.Client => "client",
        RequestEnd.Sidecar => "sidecar",
        _ => "application",
    };

    [LoggerMessage(EventId = 1, EventName = "RequestFailed", Message = "{Method} {Route} to {Target} failed with {Status} after {DurationMs} ms: {Kind}, {Detail}")]
    private static partial void Failed(ILogger logger, LogLevel level, string method, string route, string target, int status, long durationMs, string kind, string detail);

    [LoggerMessage(EventId = 3, EventName = "AnswerBrokenOff", Message = "{Method} {Route} to {Target} was cut off by the {EndedBy} during the response, status {Status}, after {DurationMs} ms: {Kind}, {Detail}")]
    private static partial void BrokenOff(ILogger logger, LogLevel level, string method, string route, string target, string endedBy, int status, long durationMs, string kind, string detail);

    [LoggerMessage(EventId = 4, EventName = "RequestGivenUp", Message = "{Method} {Route} to {Target} was cancelled by the client after {DurationMs} ms, before a response: {Kind}, {Detail}")]
    private static partial void GivenUp(ILogger logger, LogLevel level, string method, string route, string target, long durationMs, string kind, string detail);

    [LoggerMessage(EventId = 2, EventName = "RequestThrew", Level = LogLevel.Debug, Message = "The pipeline threw")]
    private static partial void Thrown(ILogger logger, Exception exception);
}
