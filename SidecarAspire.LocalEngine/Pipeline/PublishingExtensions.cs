namespace Aspire.Hosting.Pipelines;

/// <summary>Short ways to say how a step or a part of it ended.</summary>
public static class PublishingExtensions
{
    /// <summary>The step ended well.</summary>
    public static Task<IReportingStep> SucceedAsync(this IReportingStep step, string? message = null, CancellationToken cancellationToken = default) =>
        EndAsync(step, message ?? "done", CompletionState.Completed, cancellationToken);

    /// <summary>The step ended well, but somebody should look.</summary>
    public static Task<IReportingStep> WarnAsync(this IReportingStep step, string? message = null, CancellationToken cancellationToken = default) =>
        EndAsync(step, message ?? "done with warnings", CompletionState.CompletedWithWarning, cancellationToken);

    /// <summary>The step failed; the pipeline stops.</summary>
    public static Task<IReportingStep> FailAsync(this IReportingStep step, string? errorMessage = null, CancellationToken cancellationToken = default) =>
        EndAsync(step, errorMessage ?? "it gives no reason", CompletionState.CompletedWithError, cancellationToken);

    /// <summary>Says what is being done.</summary>
    public static async Task<IReportingTask> UpdateStatusAsync(this IReportingTask task, string statusText, CancellationToken cancellationToken = default)
    {
        await task.UpdateAsync(statusText, cancellationToken).ConfigureAwait(false);
        return task;
    }

    /// <summary>The part ended well.</summary>
    public static Task<IReportingTask> SucceedAsync(this IReportingTask task, string? message = null, CancellationToken cancellationToken = default) =>
        EndAsync(task, message, CompletionState.Completed, cancellationToken);

    /// <summary>The part ended well, but somebody should look.</summary>
    public static Task<IReportingTask> WarnAsync(this IReportingTask task, string? message = null, CancellationToken cancellationToken = default) =>
        EndAsync(task, message, CompletionState.CompletedWithWarning, cancellationToken);

    /// <summary>The part failed, and its step with it.</summary>
    public static Task<IReportingTask> FailAsync(this IReportingTask task, string? errorMessage = null, CancellationToken cancellationToken = default) =>
        EndAsync(task, errorMessage, CompletionState.CompletedWithError, cancellationToken);

    private static async Task<IReportingStep> EndAsync(IReportingStep step, string message, CompletionState state, CancellationToken cancellationToken)
    {
        await step.CompleteAsync(message, state, cancellationToken).ConfigureAwait(false);
        return step;
    }

    private static async Task<IReportingTask> EndAsync(IReportingTask task, string? message, CompletionState state, CancellationToken cancellationToken)
    {
        await task.CompleteAsync(message, state, cancellationToken).ConfigureAwait(false);
        return task;
    }
}
