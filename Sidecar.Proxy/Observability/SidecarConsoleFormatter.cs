using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Sidecar.Proxy.Observability;

/// <summary>Writes each log message as exactly one line: level, message and, for an exception, its type and message.</summary>
public sealed class SidecarConsoleFormatter() : ConsoleFormatter(FormatterName)
{
    /// <summary>The formatter's name.</summary>
    public const string FormatterName = "sidecar";

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        ArgumentNullException.ThrowIfNull(textWriter);

        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (logEntry.Exception is { } exception)
            message = $"{message} {exception.GetType().Name}: {exception.Message}";
        textWriter.Write(Label(logEntry.LogLevel));
        textWriter.Write(": ");
        textWriter.WriteLine(message.ReplaceLineEndings(" "));
    }

    private static string Label(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
