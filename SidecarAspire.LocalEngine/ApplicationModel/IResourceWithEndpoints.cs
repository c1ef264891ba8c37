namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that others can reach over the network.</summary>
public interface IResourceWithEndpoints : IResource;
