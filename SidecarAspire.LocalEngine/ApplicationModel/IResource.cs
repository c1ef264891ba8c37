namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something the application is made of: a process, a project, a parameter.</summary>
public interface IResource
{
    /// <summary>The name, unique in the application whatever its case.</summary>
    string Name { get; }

    /// <summary>What has been said about the resource, in the order in which it was said.</summary>
    ResourceAnnotationCollection Annotations { get; }
}
