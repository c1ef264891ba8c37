namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that a resource is the sidecar of an application; publishers put both in one Pod.</summary>
/// <param name="app">The application, which knows nothing of it.</param>
/// <param name="endpointName">The endpoint of the application's to which the sidecar forwards.</param>
public sealed class SidecarAnnotation(IResourceWithEndpoints app, string endpointName) : IResourceAnnotation
{
    /// <summary>The application.</summary>
    public IResourceWithEndpoints App { get; } = app;

    /// <summary>The endpoint of the application's to which the sidecar forwards.</summary>
    public string EndpointName { get; } = endpointName;
}
