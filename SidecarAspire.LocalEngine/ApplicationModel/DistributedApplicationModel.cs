namespace Aspire.Hosting.ApplicationModel;

/// <summary>The application as AppHost.cs describes it.</summary>
/// <param name="resources">Its resources.</param>
public class DistributedApplicationModel(IResourceCollection resources)
{
    /// <summary>The resources, in the order in which they were added.</summary>
    public IResourceCollection Resources { get; } = resources;
}
