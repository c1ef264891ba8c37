using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Pipelines;

/// <summary>The steps a resource brings to the pipeline.</summary>
/// <param name="factory">Makes them.</param>
public class PipelineStepAnnotation(Func<PipelineStepFactoryContext, Task<IEnumerable<PipelineStep>>> factory) : IResourceAnnotation
{
    /// <summary>One step.</summary>
    public PipelineStepAnnotation(Func<PipelineStepFactoryContext, PipelineStep> factory)
        : this(context => Task.FromResult<IEnumerable<PipelineStep>>([factory(context)]))
    {
    }

    /// <summary>One step that takes time to make.</summary>
    public PipelineStepAnnotation(Func<PipelineStepFactoryContext, Task<PipelineStep>> factory)
        : this(async context => [await factory(context).ConfigureAwait(false)])
    {
    }

    /// <summary>Several steps.</summary>
    public PipelineStepAnnotation(Func<PipelineStepFactoryContext, IEnumerable<PipelineStep>> factory)
        : this(context => Task.FromResult(factory(context)))
    {
    }

    /// <summary>Makes the steps.</summary>
    public Task<IEnumerable<PipelineStep>> CreateStepsAsync(PipelineStepFactoryContext context) => factory(context);
}
