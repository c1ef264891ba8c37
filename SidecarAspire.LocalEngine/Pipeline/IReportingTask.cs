namespace Aspire.Hosting.Pipelines;

/// <summary>Tells the person at the console how far a part of a step is.</summary>
public interface IReportingTask : IAsyncDisposable
{
    /// <summary>Says what is being done.</summary>
    Task UpdateAsync(string statusText, CancellationToken cancellationToken = default);

    /// <summary>Ends the part; the first end counts.</summary>
    Task CompleteAsync(string? completionMessage = null, CompletionState completionState = CompletionState.Completed, CancellationToken cancellationToken = default);
}
