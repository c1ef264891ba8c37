namespace Sidecar.Proxy.Lifecycle;

internal sealed partial class WrappedApp
{
    [LoggerMessage(EventId = 1, EventName = "AppEnded", Level = LogLevel.Warning, Message = "{Command} ended by itself with exit code {ExitCode}, and so does the sidecar")]
    private static partial void EndedByItself(ILogger logger, string command, int exitCode);

    [LoggerMessage(EventId = 2, EventName = "AppKilled", Level = LogLevel.Warning, Message = "{Command} did not stop within {Patience} and was killed")]
    private static partial void Killed(ILogger logger, string command, string patience);

    [LoggerMessage(EventId = 3, EventName = "AppNotListening", Level = LogLevel.Warning, Message = "{Command} does not listen on port {Port}, which it was given as PORT, after {Timeout}")]
    private static partial void NotListening(ILogger logger, string command, int port, string timeout);
}
