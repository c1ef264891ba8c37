namespace Aspire.Hosting.ApplicationModel;

/// <summary>What decides whether a command can be executed.</summary>
public sealed class UpdateCommandStateContext
{
    /// <summary>The resource's state.</summary>
    public required CustomResourceSnapshot ResourceSnapshot { get; init; }

    /// <summary>The application's services.</summary>
    public required IServiceProvider ServiceProvider { get; init; }
}
