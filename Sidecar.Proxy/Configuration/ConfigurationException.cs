namespace Sidecar.Proxy.Configuration;

/// <summary>The configuration cannot be used.</summary>
/// <param name="problems">What is wrong with it, at least one thing.</param>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>What is wrong.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}
