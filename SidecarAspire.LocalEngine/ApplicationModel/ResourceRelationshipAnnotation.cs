namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a resource relates to another, for the dashboard.</summary>
/// <param name="resource">The other resource.</param>
/// <param name="type"><c>Parent</c>, <c>Reference</c>, <c>WaitFor</c> or any other word.</param>
public sealed class ResourceRelationshipAnnotation(IResource resource, string type) : IResourceAnnotation
{
    /// <summary>The other resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary><c>Parent</c>, <c>Reference</c>, <c>WaitFor</c> or any other word.</summary>
    public string Type { get; } = type;
}
