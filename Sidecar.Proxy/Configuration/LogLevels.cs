namespace Sidecar.Proxy.Configuration;

/// <summary>Checks the levels of <c>Logging</c>, for which .NET throws in the middle of whatever it is doing.</summary>
internal static class LogLevels
{
    private const string Section = "Logging";
    private const string Levels = "LogLevel";

    /// <summary>Checks them.</summary>
    /// <exception cref="ConfigurationException">One is not known.</exception>
    public static void Check(IConfiguration configuration)
    {
        var logging = configuration.GetSection(Section);
        ConfigurationProblem[] problems =
        [
            .. logging.GetChildren()
                .Select(static child => child.Key.Equals(Levels, StringComparison.OrdinalIgnoreCase) ? child : child.GetSection(Levels))
                .SelectMany(static levels => levels.GetChildren())
                .Where(static level => !string.IsNullOrEmpty(level.Value) && !Enum.GetNames<LogLevel>().Contains(level.Value, StringComparer.OrdinalIgnoreCase))
                .Select(static level => new ConfigurationProblem(level.Path, level.Value!, $"one of {string.Join(", ", Enum.GetNames<LogLevel>())}")),
        ];
        if (problems.Length > 0)
            throw new ConfigurationException(problems);
    }
}
