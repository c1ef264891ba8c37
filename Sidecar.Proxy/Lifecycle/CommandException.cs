namespace Sidecar.Proxy.Lifecycle;

/// <summary>The application's command cannot be started.</summary>
/// <param name="message">One line: which command, and why.</param>
/// <param name="exitCode">What a shell would end with.</param>
internal sealed class CommandException(string message, int exitCode) : Exception(message)
{
    /// <summary>There is no such command.</summary>
    public const int NotFound = 127;

    /// <summary>It is there but cannot be executed.</summary>
    public const int NotExecutable = 126;

    /// <summary>The sidecar's own exit code.</summary>
    public int ExitCode { get; } = exitCode;
}
