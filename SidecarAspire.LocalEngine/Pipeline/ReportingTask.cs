namespace Aspire.Hosting.Pipelines;

/// <inheritdoc cref="IReportingTask" />
internal sealed class ReportingTask(ReportingStep step, string statusText) : IReportingTask
{
    private string _text = statusText;
    private CompletionState _state;

    public Task UpdateAsync(string statusText, CancellationToken cancellationToken = default)
    {
        _text = statusText;
        return Task.CompletedTask;
    }

    public Task CompleteAsync(string? completionMessage = null, CompletionState completionState = CompletionState.Completed, CancellationToken cancellationToken = default)
    {
        if (_state == CompletionState.InProgress)
        {
            _state = completionState;
            step.EndTask(string.IsNullOrEmpty(completionMessage) ? _text : completionMessage, completionState);
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await CompleteAsync();
}
