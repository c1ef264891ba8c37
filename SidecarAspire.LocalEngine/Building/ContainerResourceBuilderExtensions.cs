using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds containers, which the embedded engine publishes and does not run.</summary>
public static class ContainerResourceBuilderExtensions
{
    // Aspire makes up another tag each time; the same application is to be published as the same bytes.
    private const string DefaultTag = "latest";

    /// <summary>Adds a container: <c>builder.AddContainer("cache", "redis:7.4")</c>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="image">The image, with registry and tag or digest if it has them; default tag <c>latest</c>.</param>
    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ContainerResource(name)).WithImage(image);
    }

    /// <summary>Adds a container of an image with a tag.</summary>
    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image, string tag) =>
        builder.AddContainer(name, image).WithImageTag(tag);

    /// <summary>Adds a container whose image is built from a Dockerfile; see <see cref="WithDockerfile"/>.</summary>
    public static IResourceBuilder<ContainerResource> AddDockerfile(this IDistributedApplicationBuilder builder, string name, string contextPath, string? dockerfilePath = null, string? stage = null) =>
        builder.AddContainer(name, name.ToLowerInvariant()).WithDockerfile(contextPath, dockerfilePath, stage);

    /// <summary>Sets the image.</summary>
    /// <param name="builder">The container.</param>
    /// <param name="image">The image, with registry and tag or digest if it has them.</param>
    /// <param name="tag">The tag, when it is not part of <paramref name="image"/>; default <c>latest</c>.</param>
    /// <exception cref="DistributedApplicationException">There are two tags, a tag and a digest, or a digest that is not SHA-256.</exception>
    public static IResourceBuilder<T> WithImage<T>(this IResourceBuilder<T> builder, string image, string? tag = null) where T : ContainerResource
    {
        ArgumentException.ThrowIfNullOrEmpty(image);
        var owner = builder.Resource;
        var reference = ImageReference.Parse(image, owner.Name);
        if (tag is not null && (reference.Tag ?? reference.Sha256) is { } other)
        {
            throw new DistributedApplicationException($"The image '{image}' of resource '{owner.Name}' says '{other}' already; leave the tag '{tag}' out.");
        }

        var annotation = owner.Annotations.OfType<ContainerImageAnnotation>().LastOrDefault();
        if (annotation is null)
        {
            builder.WithAnnotation(annotation = new ContainerImageAnnotation { Image = reference.Name });
        }

        annotation.Image = reference.Name;
        if (reference.Sha256 is not null)
        {
            annotation.SHA256 = reference.Sha256;
        }
        else
        {
            annotation.Tag = reference.Tag ?? tag ?? DefaultTag;
        }

        if (owner.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
        {
            (build.ImageName, build.ImageTag) = (null, null);
        }

        return builder;
    }

    /// <summary>Sets the image's tag.</summary>
    public static IResourceBuilder<T> WithImageTag<T>(this IResourceBuilder<T> builder, string tag) where T : ContainerResource
    {
        builder.Image().Tag = tag;
        if (builder.Resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build) && build.ImageName is not null)
        {
            build.ImageTag = tag;
        }

        return builder;
    }

    /// <summary>Sets the image's registry.</summary>
    public static IResourceBuilder<T> WithImageRegistry<T>(this IResourceBuilder<T> builder, string? registry) where T : ContainerResource
    {
        builder.Image().Registry = registry;
        return builder;
    }

    /// <summary>Sets the image's digest, without <c>sha256:</c>.</summary>
    public static IResourceBuilder<T> WithImageSHA256<T>(this IResourceBuilder<T> builder, string sha256) where T : ContainerResource
    {
        builder.Image().SHA256 = sha256;
        return builder;
    }

    /// <summary>Sets what the container runs.</summary>
    public static IResourceBuilder<T> WithEntrypoint<T>(this IResourceBuilder<T> builder, string entrypoint) where T : ContainerResource
    {
        builder.Resource.Entrypoint = entrypoint;
        return builder;
    }

    /// <summary>Builds the image from a Dockerfile.</summary>
    /// <param name="builder">The container.</param>
    /// <param name="contextPath">The folder that the build sees, relative to the app host's.</param>
    /// <param name="dockerfilePath">The Dockerfile, relative to that folder; default <c>Dockerfile</c>.</param>
    /// <param name="stage">The stage to build; default the last.</param>
    public static IResourceBuilder<T> WithDockerfile<T>(this IResourceBuilder<T> builder, string contextPath, string? dockerfilePath = null, string? stage = null) where T : ContainerResource
    {
        ArgumentException.ThrowIfNullOrEmpty(contextPath);
        var context = builder.Context(contextPath);
        return builder.WithBuild(new DockerfileBuildAnnotation(context, Path.GetFullPath(dockerfilePath ?? "Dockerfile", context), stage));
    }

    /// <summary>Builds the image from a Dockerfile that is written along with what is published.</summary>
    /// <param name="builder">The container.</param>
    /// <param name="contextPath">The folder that the build sees, relative to the app host's.</param>
    /// <param name="dockerfileFactory">Writes the text of the Dockerfile.</param>
    /// <param name="stage">The stage to build; default the last.</param>
    public static IResourceBuilder<T> WithDockerfileFactory<T>(this IResourceBuilder<T> builder, string contextPath, Func<DockerfileFactoryContext, string> dockerfileFactory, string? stage = null) where T : ContainerResource
    {
        ArgumentException.ThrowIfNullOrEmpty(contextPath);
        ArgumentNullException.ThrowIfNull(dockerfileFactory);
        var context = builder.Context(contextPath);
        return builder.WithBuild(new DockerfileBuildAnnotation(context, Path.Combine(context, $"{builder.Resource.Name}.Dockerfile"), stage)
        {
            DockerfileFactory = factoryContext => Task.FromResult(dockerfileFactory(factoryContext)),
        });
    }

    /// <summary>Adds an argument of the build.</summary>
    /// <exception cref="InvalidOperationException">The container's image is not built.</exception>
    public static IResourceBuilder<T> WithBuildArg<T>(this IResourceBuilder<T> builder, string name, object? value) where T : ContainerResource
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!builder.Resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
        {
            throw new InvalidOperationException($"The image of resource '{builder.Resource.Name}' is not built: call WithDockerfile before WithBuildArg.");
        }

        build.BuildArguments[name] = value;
        return builder;
    }

    /// <summary>Adds an argument of the build whose value is a parameter's.</summary>
    /// <exception cref="InvalidOperationException">The container's image is not built, or the parameter is secret: arguments can be read from an image.</exception>
    public static IResourceBuilder<T> WithBuildArg<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> value) where T : ContainerResource =>
        value.Resource.Secret
            ? throw new InvalidOperationException($"Parameter '{value.Resource.Name}' is secret and cannot be the build argument '{name}' of resource '{builder.Resource.Name}': it could be read from the image.")
            : builder.WithBuildArg(name, (object)value.Resource);

    private static string Context<T>(this IResourceBuilder<T> builder, string path) where T : ContainerResource =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, builder.ApplicationBuilder.AppHostDirectory));

    private static IResourceBuilder<T> WithBuild<T>(this IResourceBuilder<T> builder, DockerfileBuildAnnotation build) where T : ContainerResource
    {
        (build.ImageName, build.ImageTag) = (builder.Resource.Name.ToLowerInvariant(), DefaultTag);
        return builder.WithAnnotation(build, ResourceAnnotationMutationBehavior.Replace);
    }

    private static ContainerImageAnnotation Image<T>(this IResourceBuilder<T> builder) where T : ContainerResource =>
        builder.Resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var image)
            ? image
            : throw new InvalidOperationException($"Resource '{builder.Resource.Name}' has no image: call WithImage first.");
}
