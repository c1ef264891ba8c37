namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource is started only after another.</summary>
/// <param name="resource">The other resource.</param>
/// <param name="waitType">What to wait for.</param>
/// <param name="exitCode">The exit code expected of it, when its completion is waited for.</param>
public sealed class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    /// <summary>The other resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>What to wait for.</summary>
    public WaitType WaitType { get; } = waitType;

    /// <summary>The exit code expected of it, when its completion is waited for.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>
    /// What to do when the other one fails or ends. By default a failure to start is an error, and one that ends by itself no
    /// longer holds anybody up.
    /// </summary>
    public WaitBehavior? WaitBehavior { get; init; }
}
