using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Starts the resource only once another runs and is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency) where T : IResourceWithWaitSupport =>
        builder.WaitFor(new WaitAnnotation(dependency.Resource, WaitType.WaitUntilHealthy));

    /// <summary>Starts the resource only once another has been started.</summary>
    public static IResourceBuilder<T> WaitForStart<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency) where T : IResourceWithWaitSupport =>
        builder.WaitFor(new WaitAnnotation(dependency.Resource, WaitType.WaitUntilStarted));

    /// <summary>Starts the resource only once another has ended with an exit code.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0) where T : IResourceWithWaitSupport
    {
        builder.WaitFor(new WaitAnnotation(dependency.Resource, WaitType.WaitForCompletion, exitCode));
        dependency.Resource.Annotations.Add(new ExpectedExitAnnotation(exitCode));
        return builder;
    }

    private static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, WaitAnnotation wait) where T : IResourceWithWaitSupport =>
        ReferenceEquals(builder.Resource, wait.Resource)
            ? throw new DistributedApplicationException($"The '{wait.Resource.Name}' resource cannot wait for itself.")
            : builder.WithAnnotation(wait).WithRelationship(wait.Resource, "WaitFor");
}
