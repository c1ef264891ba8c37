namespace Aspire.Hosting;

/// <summary>Whether the application is being run or published.</summary>
/// <param name="operation">What the app host has been started for.</param>
/// <param name="publisherName">The publisher's name; empty when running.</param>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation, string publisherName)
{
    private IServiceProvider? _services;

    /// <summary>A context without a publisher.</summary>
    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation) : this(operation, string.Empty)
    {
    }

    /// <summary>What the app host has been started for.</summary>
    public DistributedApplicationOperation Operation { get; } = operation;

    /// <summary>The publisher's name; empty when running.</summary>
    public string PublisherName { get; set; } = publisherName;

    /// <summary>Whether manifests are being written.</summary>
    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    /// <summary>Whether the application is being run here.</summary>
    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    /// <summary>The application's services.</summary>
    /// <exception cref="InvalidOperationException">The application has not been built yet.</exception>
    public IServiceProvider ServiceProvider
    {
        get => _services ?? throw new InvalidOperationException("The application's services are available once it has been built.");
        internal set => _services = value;
    }
}
