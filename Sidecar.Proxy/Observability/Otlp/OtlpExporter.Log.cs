namespace Sidecar.Proxy.Observability.Otlp;

internal sealed partial class OtlpExporter
{
    [LoggerMessage(EventId = 1, EventName = "ExportFailed", Level = LogLevel.Warning, Message = "The collector does not take {Signal}: {Endpoint}: {Problem}; {Consequence}")]
    private static partial void Failed(ILogger logger, string signal, string endpoint, string problem, string consequence);

    [LoggerMessage(EventId = 2, EventName = "ExportRecovered", Level = LogLevel.Information, Message = "The collector takes {Signal} again: {Endpoint}")]
    private static partial void Recovered(ILogger logger, string signal, string endpoint);
}
