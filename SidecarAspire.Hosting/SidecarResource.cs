namespace Aspire.Hosting.ApplicationModel;

/// <summary>The sidecar that comes with the package SidecarAspire.Hosting: a program when the app host runs, a container when it is published.</summary>
/// <param name="name">The name.</param>
/// <param name="workingDirectory">The folder that relative paths of its configuration start at.</param>
public sealed class SidecarResource(string name, string workingDirectory)
    : ExecutableResource(name, "dotnet", workingDirectory), IResourceWithServiceDiscovery;
