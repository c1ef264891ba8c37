using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Pipelines;

/// <summary>Lets a resource bring steps to the pipeline.</summary>
public static class PipelineStepFactoryExtensions
{
    /// <summary>Adds a step of the resource.</summary>
    public static IResourceBuilder<T> WithPipelineStepFactory<T>(this IResourceBuilder<T> builder, Func<PipelineStepFactoryContext, PipelineStep> factory)
        where T : IResource => builder.WithAnnotation(new PipelineStepAnnotation(factory));

    /// <summary>Adds a step of the resource that takes time to make.</summary>
    public static IResourceBuilder<T> WithPipelineStepFactory<T>(this IResourceBuilder<T> builder, Func<PipelineStepFactoryContext, Task<PipelineStep>> factory)
        where T : IResource => builder.WithAnnotation(new PipelineStepAnnotation(factory));

    /// <summary>Adds steps of the resource.</summary>
    public static IResourceBuilder<T> WithPipelineStepFactory<T>(this IResourceBuilder<T> builder, Func<PipelineStepFactoryContext, IEnumerable<PipelineStep>> factory)
        where T : IResource => builder.WithAnnotation(new PipelineStepAnnotation(factory));

    /// <summary>Adds steps of the resource that take time to make.</summary>
    public static IResourceBuilder<T> WithPipelineStepFactory<T>(this IResourceBuilder<T> builder, Func<PipelineStepFactoryContext, Task<IEnumerable<PipelineStep>>> factory)
        where T : IResource => builder.WithAnnotation(new PipelineStepAnnotation(factory));
}
