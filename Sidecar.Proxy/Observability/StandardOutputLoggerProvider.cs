using System.Text.Json;
using Sidecar.Proxy.Observability.AccessLogging;

namespace Sidecar.Proxy.Observability;

/// <summary>
/// Prints each log message as exactly one line, through the same door as the access log: level, message and, for an exception, its
/// type and message but never its stack. A JSON object where the access log is JSON.
/// </summary>
/// <param name="settings">The configuration in force.</param>
/// <param name="output">Where the lines go.</param>
/// <param name="time">The clock.</param>
[ProviderAlias("Console")]
public sealed class StandardOutputLoggerProvider(SidecarSettings settings, StandardOutput output, TimeProvider time) : ILoggerProvider
{
    // In the order of LogLevel.
    private static readonly string[] Labels = ["trace", "debug", "info", "warn", "error", "fatal"];

    [ThreadStatic]
    private static Utf8Builder? t_line;

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc />
    public void Dispose()
    {
        // The output belongs to the host.
    }

    private void Write(string category, LogLevel level, string message, Exception? exception)
    {
        var line = t_line ??= new Utf8Builder();
        line.Clear();
        var options = settings.Current;
        if (options.AccessLog.Format == AccessLogFormat.Json)
            WriteJson(line, options.ServiceName, category, level, message, exception);
        else
            WriteText(line, level, message, exception);
        output.Write(line.Append("\n"u8).Written, isUrgent: true);
    }

    private static void WriteText(Utf8Builder line, LogLevel level, string message, Exception? exception)
    {
        line.Append(Label(level)).Append(": "u8).Append(message.ReplaceLineEndings(" "));
        if (exception is not null)
            line.Append(" "u8).Append(exception.GetType().Name).Append(": "u8).Append(exception.Message.ReplaceLineEndings(" "));
    }

    private void WriteJson(Utf8Builder line, string service, string category, LogLevel level, string message, Exception? exception)
    {
        using var json = new Utf8JsonWriter(line, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("timestamp"u8, time.GetUtcNow().UtcDateTime);
        json.WriteString("service.name"u8, service);
        json.WriteString("severity_text"u8, Label(level));
        json.WriteString("scope.name"u8, category);
        json.WriteString("body"u8, message);
        if (exception is not null)
        {
            json.WriteString("exception.type"u8, exception.GetType().FullName);
            json.WriteString("exception.message"u8, exception.Message);
        }

        json.WriteEndObject();
    }

    private static string Label(LogLevel level) => Labels[(int)level];

    private sealed class Logger(StandardOutputLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            provider.Write(category, logLevel, formatter(state, exception), exception);
    }
}
