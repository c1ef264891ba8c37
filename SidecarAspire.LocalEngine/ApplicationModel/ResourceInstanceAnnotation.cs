namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Tells one run of the application from another: the suffix is the resource's <c>service.instance.id</c>, and the dashboard
/// finds the telemetry of a resource by <c>name-suffix</c>.
/// </summary>
/// <param name="suffix">A few lower-case letters and digits.</param>
internal sealed class ResourceInstanceAnnotation(string suffix) : IResourceAnnotation
{
    public string Suffix { get; } = suffix;

    /// <summary>The id under which states and logs of a resource are kept: <c>name-suffix</c>, or the name when it has no instance.</summary>
    public static string IdOf(IResource resource) =>
        resource.Annotations.OfType<ResourceInstanceAnnotation>().LastOrDefault() is { } instance ? $"{resource.Name}-{instance.Suffix}" : resource.Name;
}
