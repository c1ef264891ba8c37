namespace Aspire.Hosting.ApplicationModel;

/// <summary>A container of an image. The embedded engine publishes containers and does not run them.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="entrypoint">What the container runs; null for what the image says.</param>
public class ContainerResource(string name, string? entrypoint = null)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IComputeResource
{
    /// <summary>What the container runs; null for what the image says.</summary>
    public string? Entrypoint { get; set; } = entrypoint;
}
