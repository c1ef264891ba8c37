namespace Aspire.Hosting.Pipelines;

/// <summary>How a step or a task has ended.</summary>
public enum CompletionState
{
    /// <summary>It has not.</summary>
    InProgress = 0,

    /// <summary>Well.</summary>
    Completed = 1,

    /// <summary>Well, but somebody should look.</summary>
    CompletedWithWarning = 2,

    /// <summary>Badly: the pipeline stops.</summary>
    CompletedWithError = 3,
}
