namespace Aspire.Hosting.Pipelines;

/// <summary>The steps and what each depends on, checked.</summary>
internal sealed class PipelineGraph
{
    private readonly Dictionary<string, PipelineStep> _steps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _dependencies = new(StringComparer.Ordinal);

    /// <exception cref="DistributedApplicationException">A name is used twice, a step names one that does not exist, or steps wait for each other.</exception>
    public PipelineGraph(IReadOnlyList<PipelineStep> steps)
    {
        foreach (var step in steps)
        {
            if (!_steps.TryAdd(step.Name, step))
            {
                throw new DistributedApplicationException($"Two steps of the pipeline have the name '{step.Name}'.");
            }

            _dependencies[step.Name] = [.. step.DependsOnSteps];
        }

        foreach (var step in steps)
        {
            if (step.DependsOnSteps.Find(name => !Contains(name)) is { } dependency)
            {
                throw new DistributedApplicationException($"Step '{step.Name}' depends on unknown step '{dependency}'.");
            }

            foreach (var later in step.RequiredBySteps)
            {
                if (!_dependencies.TryGetValue(later, out var dependencies))
                {
                    throw new DistributedApplicationException($"Step '{step.Name}' is required by unknown step '{later}'.");
                }

                dependencies.Add(step.Name);
            }
        }

        InOrder(_steps.Keys);
    }

    /// <summary>The names of all steps, for people.</summary>
    public string Names => string.Join(", ", _steps.Keys.Order(StringComparer.Ordinal));

    public bool Contains(string name) => _steps.ContainsKey(name);

    /// <summary>All steps, by name, each with the names of those it comes after.</summary>
    public IEnumerable<(PipelineStep Step, IEnumerable<string> Dependencies)> Steps =>
        _steps.Values.OrderBy(step => step.Name, StringComparer.Ordinal).Select(step => (step, _dependencies[step.Name].Distinct().Order(StringComparer.Ordinal).AsEnumerable()));

    /// <summary>The step and all it depends on, each after what it depends on itself.</summary>
    public IReadOnlyList<PipelineStep> StepsFor(string name) => InOrder([name]);

    private List<PipelineStep> InOrder(IEnumerable<string> roots)
    {
        var order = new List<PipelineStep>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();
        foreach (var root in roots)
        {
            Visit(root);
        }

        return order;

        void Visit(string name)
        {
            if (path.IndexOf(name) is >= 0 and var start)
            {
                throw new DistributedApplicationException($"Steps of the pipeline wait for each other: {string.Join(" -> ", path[start..].Append(name))}.");
            }

            if (!done.Add(name))
            {
                return;
            }

            path.Add(name);
            _dependencies[name].ForEach(Visit);
            path.RemoveAt(path.Count - 1);
            order.Add(_steps[name]);
        }
    }
}
