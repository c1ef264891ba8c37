namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a resource looks like before anything has happened to it.</summary>
/// <param name="initialSnapshot">Its first snapshot.</param>
public class ResourceSnapshotAnnotation(CustomResourceSnapshot initialSnapshot) : IResourceAnnotation
{
    /// <summary>Its first snapshot.</summary>
    public CustomResourceSnapshot InitialSnapshot { get; } = initialSnapshot;
}
