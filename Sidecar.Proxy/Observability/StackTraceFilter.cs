using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Sidecar.Proxy.Observability;

/// <summary>
/// Keeps stack traces out of what is exported below the level of errors: whoever reads a warning needs to know what happened, and
/// type and message say it.
/// </summary>
internal sealed class StackTraceFilter : BaseProcessor<LogRecord>
{
    /// <inheritdoc />
    public override void OnEnd(LogRecord data)
    {
        if (data is not { Exception: { } exception, LogLevel: LogLevel.Information or LogLevel.Warning })
            return;
        data.Exception = null;
        data.Attributes = [.. data.Attributes ?? [], new("exception.type", exception.GetType().FullName), new("exception.message", exception.Message)];
    }
}
