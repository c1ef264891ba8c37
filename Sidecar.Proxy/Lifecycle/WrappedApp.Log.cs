namespace Sidecar.Proxy.Lifecycle;

public sealed partial class WrappedApp
{
    [LoggerMessage(EventId = 1, EventName = "AppStarted", Level = LogLevel.Information, Message = "Started {Command} as process {Pid} with PORT={Port}")]
    private static partial void Started(ILogger logger, string command, int pid, int port);

    [LoggerMessage(EventId = 2, EventName = "AppEnded", Level = LogLevel.Information, Message = "{Command} ended with exit code {ExitCode}; the sidecar ends with it")]
    private static partial void Ended(ILogger logger, string command, int exitCode);

    [LoggerMessage(EventId = 3, EventName = "AppKilled", Level = LogLevel.Warning, Message = "{Command}, process {Pid}, did not end in time and was killed")]
    private static partial void Killed(ILogger logger, string command, int pid);
}
