namespace Sidecar.Proxy.Lifecycle;

public sealed partial class Drain
{
    [LoggerMessage(EventId = 1, EventName = "DrainBegun", Level = LogLevel.Information, Message = "Draining: not ready, new requests served for {Delay}; {Connections} connections are open")]
    private static partial void Begun(ILogger logger, string delay, int connections);

    [LoggerMessage(EventId = 2, EventName = "Drained", Level = LogLevel.Information, Message = "Drained after {Duration}, no request cut off")]
    private static partial void Done(ILogger logger, string duration);

    [LoggerMessage(EventId = 3, EventName = "DrainCutOff", Level = LogLevel.Warning, Message = "{Connections} connections cut off: their requests did not end within {Timeout} of the drain's start")]
    private static partial void CutOff(ILogger logger, int connections, string timeout);
}
