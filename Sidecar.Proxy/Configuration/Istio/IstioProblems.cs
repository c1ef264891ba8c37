namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>What is wrong with Istio's files. A field that is asked for twice is reported once.</summary>
internal sealed class IstioProblems
{
    private readonly HashSet<ConfigurationProblem> _known = [];
    private readonly List<ConfigurationProblem> _all = [];

    /// <summary>All of them, as they were found.</summary>
    public IReadOnlyList<ConfigurationProblem> All => _all;

    /// <summary>Adds one.</summary>
    public void Add(ConfigurationProblem problem)
    {
        if (_known.Add(problem))
            _all.Add(problem);
    }
}
