using Aspire.Hosting.Reporting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Pipelines;

/// <summary>Writes what steps log to the console, from <see cref="LogLevel.Information"/> on; a scope names the step.</summary>
internal sealed class PipelineLogger(IAppHostReporter reporter) : ILogger
{
    private readonly AsyncLocal<string?> _step = new();

    public static string Word(LogLevel level) => level switch { LogLevel.Information => string.Empty, LogLevel.Warning => "warning: ", _ => "error: " };

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull
    {
        var outer = _step.Value;
        _step.Value = state.ToString();
        return new Scope(() => _step.Value = outer);
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            reporter.Line((_step.Value is { } step ? $"{step}: " : string.Empty) + Word(logLevel) + formatter(state, exception));
        }
    }

    private sealed class Scope(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
