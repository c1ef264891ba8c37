namespace Aspire.Hosting.ApplicationModel;

/// <summary>What the text of a Dockerfile is made from.</summary>
public sealed class DockerfileFactoryContext
{
    /// <summary>The application's services.</summary>
    public required IServiceProvider Services { get; init; }

    /// <summary>The container.</summary>
    public required IResource Resource { get; init; }

    /// <summary>Stops the work.</summary>
    public required CancellationToken CancellationToken { get; init; }
}
