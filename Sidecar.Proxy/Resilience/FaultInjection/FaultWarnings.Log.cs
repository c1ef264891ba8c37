namespace Sidecar.Proxy.Resilience.FaultInjection;

internal sealed partial class FaultWarnings
{
    [LoggerMessage(EventId = 1, EventName = "FaultInjectionIsOn", Level = LogLevel.Warning, Message = "FAULT INJECTION IS ON: of {Scope}, {Faults}")]
    private static partial void IsOn(ILogger logger, string scope, string faults);
}
