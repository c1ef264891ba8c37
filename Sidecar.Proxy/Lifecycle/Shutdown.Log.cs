namespace Sidecar.Proxy.Lifecycle;

public sealed partial class Shutdown
{
    [LoggerMessage(EventId = 1, EventName = "Draining", Level = LogLevel.Information, Message = "Draining: not ready any more, new requests are served for another {DelayMs} ms")]
    private static partial void Draining(ILogger logger, long delayMs);

    [LoggerMessage(EventId = 2, EventName = "EndedAtOnce", Level = LogLevel.Warning, Message = "Ended at once by a second signal; requests in flight are lost")]
    private static partial void AtOnce(ILogger logger);
}
