using Aspire.Hosting.Reporting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Pipelines;

/// <summary>Writes what steps log to the console, from <see cref="LogLevel.Information"/> on.</summary>
internal sealed class PipelineLogger(IAppHostReporter reporter) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var prefix = logLevel switch { LogLevel.Information => "  ", LogLevel.Warning => "  warning: ", _ => "  error: " };
            reporter.Line(prefix + formatter(state, exception));
        }
    }
}
