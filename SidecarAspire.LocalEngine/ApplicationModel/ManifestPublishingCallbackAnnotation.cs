using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Writes a resource to the Aspire manifest in its own way.</summary>
/// <param name="callback">Writes what stands between the resource's braces; null leaves the resource out.</param>
public class ManifestPublishingCallbackAnnotation(Func<ManifestPublishingContext, Task>? callback) : IResourceAnnotation
{
    /// <summary>Writes without waiting for anything.</summary>
    public ManifestPublishingCallbackAnnotation(Action<ManifestPublishingContext>? callback) : this(callback is null ? null : context =>
    {
        callback(context);
        return Task.CompletedTask;
    })
    {
    }

    /// <summary>Leaves the resource out.</summary>
    public static ManifestPublishingCallbackAnnotation Ignore { get; } = new((Func<ManifestPublishingContext, Task>?)null);

    /// <summary>Writes what stands between the resource's braces; null leaves the resource out.</summary>
    public Func<ManifestPublishingContext, Task>? Callback { get; } = callback;
}
