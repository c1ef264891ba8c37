namespace Aspire.Hosting.ApplicationModel;

/// <summary>Makes the results of commands.</summary>
public static class CommandResults
{
    /// <summary>It did what it was asked to.</summary>
    public static ExecuteCommandResult Success() => new() { Success = true };

    /// <summary>It did what it was asked to, and has something to say.</summary>
    public static ExecuteCommandResult Success(string message) => new() { Success = true, Message = message };

    /// <summary>It failed.</summary>
    public static ExecuteCommandResult Failure(string? errorMessage = null) => new() { Success = false, Message = errorMessage };

    /// <summary>It failed with an exception, whose message the user sees.</summary>
    public static ExecuteCommandResult Failure(Exception exception) => Failure(exception.Message);

    /// <summary>It was given up on request.</summary>
    public static ExecuteCommandResult Canceled() => new() { Success = false, Canceled = true };
}
