namespace Aspire.Hosting.ApplicationModel;

/// <summary>A health check that a resource has to pass to count as healthy.</summary>
/// <param name="key">The name of a registered health check.</param>
public class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    /// <summary>The name of a registered health check.</summary>
    public string Key { get; } = key;
}
