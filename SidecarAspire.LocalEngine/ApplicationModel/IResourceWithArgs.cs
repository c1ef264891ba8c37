namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource with command-line arguments.</summary>
public interface IResourceWithArgs : IResource;
