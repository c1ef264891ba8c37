namespace Sidecar.Proxy.Observability.Tracing;

internal sealed partial class TracingWarnings
{
    [LoggerMessage(EventId = 1, EventName = "VariableIgnored", Level = LogLevel.Warning, Message = "{Problem}")]
    private static partial void Ignored(ILogger logger, string problem);
}
