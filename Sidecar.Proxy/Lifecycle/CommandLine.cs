namespace Sidecar.Proxy.Lifecycle;

/// <summary>The sidecar's arguments: <c>[--KEY=value …] [-- command argument …]</c>.</summary>
/// <param name="Settings">Configuration, for .NET's own provider.</param>
/// <param name="Command">The application to start and its arguments; empty when it is started by somebody else.</param>
internal sealed record CommandLine(string[] Settings, IReadOnlyList<string> Command)
{
    /// <summary>What stands between the sidecar's arguments and the application's command.</summary>
    public const string Separator = "--";

    /// <summary>Whether the sidecar starts the application itself.</summary>
    public bool Wraps => Command.Count > 0;

    /// <summary>Takes the arguments apart.</summary>
    /// <returns>Both parts.</returns>
    /// <exception cref="ConfigurationException">There is something that belongs to neither part.</exception>
    public static CommandLine Parse(string[] arguments)
    {
        var separator = Array.IndexOf(arguments, Separator);
        var settings = separator < 0 ? arguments : arguments[..separator];
        for (var i = 0; i < settings.Length; i++)
        {
            if (!settings[i].StartsWith(Separator, StringComparison.Ordinal))
                throw Problem(settings[i], "--KEY=value, or stand after -- as part of the command to run");
            if (!settings[i].Contains('=', StringComparison.Ordinal))
                i++;
        }

        if (separator >= 0 && OperatingSystem.IsWindows())
            throw Problem(Separator, "left out on Windows, which has no signals to stop the application with: start it by other means and set TARGET");
        if (separator >= 0 && separator == arguments.Length - 1)
            throw Problem(Separator, "followed by the command to run, such as -- node app.js");
        return new(settings, separator < 0 ? [] : arguments[(separator + 1)..]);
    }

    private static ConfigurationException Problem(string argument, string allowed) => new([new("argument", argument, allowed)]);
}

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
