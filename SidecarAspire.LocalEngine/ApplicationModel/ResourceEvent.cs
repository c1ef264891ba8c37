namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource has got a new state.</summary>
/// <param name="resource">The resource.</param>
/// <param name="resourceId">Which running instance of it.</param>
/// <param name="snapshot">The new state.</param>
public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    /// <summary>The resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Which running instance of it.</summary>
    public string ResourceId { get; } = resourceId;

    /// <summary>The new state.</summary>
    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}
