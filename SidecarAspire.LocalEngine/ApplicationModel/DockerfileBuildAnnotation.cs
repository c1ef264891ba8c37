namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that a container's image is built from a Dockerfile.</summary>
/// <param name="contextPath">The full path of the folder that the build sees.</param>
/// <param name="dockerfilePath">The full path of the Dockerfile.</param>
/// <param name="stage">The stage to build; null for the last.</param>
public class DockerfileBuildAnnotation(string contextPath, string dockerfilePath, string? stage) : IResourceAnnotation
{
    /// <summary>The full path of the folder that the build sees.</summary>
    public string ContextPath { get; } = contextPath;

    /// <summary>The full path of the Dockerfile; with a <see cref="DockerfileFactory"/> it need not exist.</summary>
    public string DockerfilePath { get; } = dockerfilePath;

    /// <summary>The stage to build; null for the last.</summary>
    public string? Stage { get; } = stage;

    /// <summary>Arguments of the build: strings, or values such as <see cref="ParameterResource"/>; null takes the builder's own environment.</summary>
    public Dictionary<string, object?> BuildArguments { get; } = [];

    /// <summary>Writes the text of the Dockerfile; null when there is a file.</summary>
    public Func<DockerfileFactoryContext, Task<string>>? DockerfileFactory { get; init; }

    /// <summary>The name of the image that is built; null for that of <see cref="ContainerImageAnnotation"/>.</summary>
    public string? ImageName { get; set; }

    /// <summary>The tag of the image that is built.</summary>
    public string? ImageTag { get; set; }
}
