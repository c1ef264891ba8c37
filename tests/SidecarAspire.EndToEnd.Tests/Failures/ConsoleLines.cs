using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.EndToEnd.Tests.Failures;

/// <summary>What the failure report logs in an app host that runs in this process.</summary>
public sealed class ConsoleLines : ILoggerProvider, ILogger
{
    private const string Category = "SidecarAspire.Hosting.Reporting.FailureReport";
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>The lines so far that begin with a text.</summary>
    public IReadOnlyList<string> StartingWith(string text) => [.. _lines.Where(line => line.StartsWith(text, StringComparison.Ordinal))];

    /// <summary>Waits until there are so many lines that begin with a text.</summary>
    public async Task<IReadOnlyList<string>> UntilAsync(string text, int count, CancellationToken cancellationToken)
    {
        while (StartingWith(text).Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(25), cancellationToken);
        }

        return StartingWith(text);
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => categoryName == Category ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));

    void IDisposable.Dispose()
    {
    }
}
