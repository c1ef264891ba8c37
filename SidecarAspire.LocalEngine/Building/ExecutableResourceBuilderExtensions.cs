using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds programs.</summary>
public static class ExecutableResourceBuilderExtensions
{
    /// <summary>Adds a program: <c>builder.AddExecutable("clock", "node", "../clock", "clock.js")</c>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="command">A path, or a name to look up in PATH.</param>
    /// <param name="workingDirectory">The folder it runs in, relative to the app host's.</param>
    /// <param name="args">Its arguments.</param>
    public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args) =>
        builder.AddExecutable(name, command, workingDirectory, (object[]?)args);

    /// <summary>Adds a program whose arguments may be values such as <see cref="EndpointReference"/>.</summary>
    public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params object[]? args)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(command);
        var executable = new ExecutableResource(name, command, Path.GetFullPath(workingDirectory, builder.AppHostDirectory));
        return builder.AddResource(executable).WithArgs(args ?? []);
    }

    /// <summary>Runs another program instead.</summary>
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string command) where T : ExecutableResource
    {
        builder.Resource.Annotations.OfType<ExecutableAnnotation>().Last().Command = command;
        return builder;
    }

    /// <summary>Runs the program in another folder, relative to the app host's.</summary>
    public static IResourceBuilder<T> WithWorkingDirectory<T>(this IResourceBuilder<T> builder, string workingDirectory) where T : ExecutableResource
    {
        builder.Resource.Annotations.OfType<ExecutableAnnotation>().Last().WorkingDirectory = Path.GetFullPath(workingDirectory, builder.ApplicationBuilder.AppHostDirectory);
        return builder;
    }

    /// <summary>Publishes the program as a container that its folder's Dockerfile builds. While running, nothing changes.</summary>
    public static IResourceBuilder<T> PublishAsDockerFile<T>(this IResourceBuilder<T> builder) where T : ExecutableResource => builder.PublishAsDockerFile(configure: null);

    /// <summary>Publishes the program as a container that its folder's Dockerfile builds. While running, nothing changes.</summary>
    /// <param name="builder">The program.</param>
    /// <param name="configure">Says more about the container, such as another Dockerfile.</param>
    public static IResourceBuilder<T> PublishAsDockerFile<T>(this IResourceBuilder<T> builder, Action<IResourceBuilder<ContainerResource>>? configure) where T : ExecutableResource
    {
        var (application, program) = (builder.ApplicationBuilder, builder.Resource);
        if (application.ExecutionContext.IsRunMode)
        {
            return builder;
        }

        IResourceBuilder<ContainerResource> container;
        if (application.Resources.TryGetByName(program.Name, out var known) && known is ExecutableContainerResource converted)
        {
            container = application.CreateResourceBuilder<ContainerResource>(converted);
        }
        else
        {
            application.Resources.Remove(program);
            container = application.AddResource<ContainerResource>(new ExecutableContainerResource(program)).WithImage(program.Name).WithDockerfile(program.WorkingDirectory);
        }

        // Arguments name files of this machine; what the container runs is the Dockerfile's to say.
        container.WithArgs(context => context.Args.Clear());
        configure?.Invoke(container);
        return builder;
    }
}
