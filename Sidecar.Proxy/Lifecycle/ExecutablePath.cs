namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// Finds a command as execvp does. .NET looks beside the running program and in the current directory first, where a file that
/// happens to be called like the command would be started in its place.
/// </summary>
internal static class ExecutablePath
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Finds a command.</summary>
    /// <param name="command">A name, or a path that contains a slash.</param>
    /// <param name="searchPath">The directories to look in, as PATH has them.</param>
    /// <returns>The path of an executable file.</returns>
    /// <exception cref="CommandException">There is none.</exception>
    public static string Find(string command, string? searchPath)
    {
        if (command.Contains('/', StringComparison.Ordinal))
            return Check(command, Path.GetFullPath(command)) ?? throw new CommandException($"{command}: there is no such file", CommandException.NotFound);

        CommandException? refused = null;
        foreach (var directory in (searchPath ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                if (Check(command, Path.Combine(directory, command)) is { } found)
                    return found;
            }
            catch (CommandException exception)
            {
                refused ??= exception;
            }
        }

        throw refused ?? new CommandException($"{command}: there is no such command in PATH", CommandException.NotFound);
    }

    private static string? Check(string command, string path)
    {
        if (Directory.Exists(path))
            throw new CommandException($"{command}: {path} is a directory", CommandException.NotExecutable);
        if (!File.Exists(path))
            return null;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Executable) == 0)
            throw new CommandException($"{command}: {path} is not executable", CommandException.NotExecutable);
        return path;
    }
}
