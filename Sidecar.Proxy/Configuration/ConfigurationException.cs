namespace Sidecar.Proxy.Configuration;

/// <summary>The configuration cannot be used.</summary>
/// <param name="problems">What is wrong with it, at least one thing.</param>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems) : Exception(string.Join(Environment.NewLine, Lines(problems)))
{
    private const int MaxLines = 20;

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;

    /// <summary>What is wrong, in one line.</summary>
    public string Line => string.Join("; ", Lines(Problems));

    private static IEnumerable<string> Lines(IReadOnlyList<ConfigurationProblem> problems)
    {
        var lines = problems.Take(MaxLines).Select(static problem => problem.ToString());
        return problems.Count > MaxLines ? lines.Append($"{problems.Count - MaxLines} more problems like these") : lines;
    }
}
