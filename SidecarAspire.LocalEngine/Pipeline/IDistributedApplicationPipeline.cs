namespace Aspire.Hosting.Pipelines;

/// <summary>The steps of publishing the application.</summary>
public interface IDistributedApplicationPipeline
{
    /// <summary>Adds a step.</summary>
    /// <exception cref="DistributedApplicationException">There is one of that name.</exception>
    void AddStep(PipelineStep step);

    /// <summary>Adds a step.</summary>
    /// <param name="name">The name, unique in the pipeline.</param>
    /// <param name="action">What it does.</param>
    /// <param name="dependsOn">The name, or the names, of the steps that come first.</param>
    /// <param name="requiredBy">The name, or the names, of the steps that come later and pull this one in.</param>
    /// <exception cref="DistributedApplicationException">There is one of that name.</exception>
    /// <exception cref="ArgumentException">What is neither a string nor a list of strings was given for names.</exception>
    void AddStep(string name, Func<PipelineStepContext, Task> action, object? dependsOn = null, object? requiredBy = null);

    /// <summary>Runs the step the command line names, after all it depends on.</summary>
    /// <exception cref="DistributedApplicationException">There is no such step, the steps do not fit together, or one has failed.</exception>
    Task ExecuteAsync(PipelineContext context);
}
