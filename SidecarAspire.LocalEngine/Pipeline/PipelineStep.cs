using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Pipelines;

/// <summary>One step of publishing.</summary>
public class PipelineStep
{
    /// <summary>The name, unique in the pipeline.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>What it does. An exception ends the pipeline.</summary>
    public required Func<PipelineStepContext, Task> Action { get; init; }

    /// <summary>The names of the steps that come first.</summary>
    public List<string> DependsOnSteps { get; init; } = [];

    /// <summary>The names of the steps that come later and pull this one in.</summary>
    public List<string> RequiredBySteps { get; init; } = [];

    /// <summary>Words to find it by.</summary>
    public List<string> Tags { get; init; } = [];

    /// <summary>The resource it belongs to; null when it belongs to the whole application.</summary>
    public IResource? Resource { get; set; }

    /// <summary>Has another step come first.</summary>
    public void DependsOn(string stepName) => DependsOnSteps.Add(stepName);

    /// <inheritdoc cref="DependsOn(string)" />
    public void DependsOn(PipelineStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        DependsOnSteps.Add(step.Name);
    }

    /// <summary>Has another step come later and pull this one in.</summary>
    public void RequiredBy(string stepName) => RequiredBySteps.Add(stepName);

    /// <inheritdoc cref="RequiredBy(string)" />
    public void RequiredBy(PipelineStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        RequiredBySteps.Add(step.Name);
    }
}
