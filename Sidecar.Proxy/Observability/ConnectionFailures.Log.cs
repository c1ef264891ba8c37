namespace Sidecar.Proxy.Observability;

internal sealed partial class ConnectionFailures
{
    [LoggerMessage(EventId = 1, EventName = "ConnectionFailed", Level = LogLevel.Information, Message = "Connection from {Client} failed: {Kind}, {Detail}")]
    private static partial void Failed(ILogger logger, string client, string kind, string detail);
}
