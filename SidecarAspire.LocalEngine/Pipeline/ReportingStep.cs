using System.Globalization;
using Aspire.Hosting.Reporting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Pipelines;

/// <summary>One line for each part that has ended, and one for the step; each begins with the step's name, so that a log can be read by it.</summary>
internal sealed class ReportingStep(string name, IAppHostReporter reporter, TimeProvider time) : IReportingStep
{
    private readonly long _start = time.GetTimestamp();
    private CompletionState _state;

    /// <summary>Why the step or a part of it failed; null when none did.</summary>
    public string? Failure { get; private set; }

    public Task<IReportingTask> CreateTaskAsync(string statusText, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReportingTask>(new ReportingTask(this, statusText));

    public void Log(LogLevel logLevel, string message)
    {
        if (logLevel >= LogLevel.Information)
        {
            reporter.Line($"{name}: {PipelineLogger.Word(logLevel)}{message}");
        }
    }

    public Task CompleteAsync(string completionText, CompletionState completionState = CompletionState.Completed, CancellationToken cancellationToken = default)
    {
        if (_state == CompletionState.InProgress)
        {
            _state = completionState;
            if (completionState == CompletionState.CompletedWithError)
            {
                Failure ??= completionText;
            }
            else
            {
                var seconds = time.GetElapsedTime(_start).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
                reporter.Line($"{name}: {Word(completionState)}{completionText} ({seconds} s)");
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>A step that has not said how it ended ended as its parts did.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Failure is null)
        {
            await CompleteAsync("done");
        }
    }

    internal void EndTask(string text, CompletionState state)
    {
        reporter.Line($"{name}: {Word(state)}{text}");
        if (state == CompletionState.CompletedWithError)
        {
            Failure ??= text;
        }
    }

    private static string Word(CompletionState state) => state switch
    {
        CompletionState.CompletedWithWarning => "warning: ",
        CompletionState.CompletedWithError => "failed: ",
        _ => string.Empty,
    };
}
