using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Writes what the app host has to say about a resource into the resource's console output.</summary>
internal sealed class ResourceLogger(ResourceLog log, TimeProvider time) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var message = formatter(state, exception);
        var text = exception is null ? message : $"{message}\n{exception}";
        log.Append(Stamp(time.GetUtcNow(), text), logLevel >= LogLevel.Error);
    }

    /// <summary>Puts the time before a line, in the form in which the dashboard recognizes it.</summary>
    public static string Stamp(DateTimeOffset time, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffK} {text}");
}
