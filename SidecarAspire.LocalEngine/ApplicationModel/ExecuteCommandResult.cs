namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a command ended; made by <see cref="CommandResults"/>.</summary>
public sealed class ExecuteCommandResult
{
    /// <summary>Whether it did what it was asked to.</summary>
    public required bool Success { get; init; }

    /// <summary>Whether it was given up on request.</summary>
    public bool Canceled { get; init; }

    /// <summary>What to tell the user.</summary>
    public string? Message { get; init; }
}
