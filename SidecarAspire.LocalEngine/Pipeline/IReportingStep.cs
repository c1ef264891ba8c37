using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Pipelines;

/// <summary>Tells the person at the console how far a step is.</summary>
public interface IReportingStep : IAsyncDisposable
{
    /// <summary>Begins a part of the step.</summary>
    Task<IReportingTask> CreateTaskAsync(string statusText, CancellationToken cancellationToken = default);

    /// <summary>Writes a line; what is below <see cref="LogLevel.Information"/> is left out.</summary>
    void Log(LogLevel logLevel, string message);

    /// <summary>Ends the step with its last word; the first end counts.</summary>
    Task CompleteAsync(string completionText, CompletionState completionState = CompletionState.Completed, CancellationToken cancellationToken = default);
}
