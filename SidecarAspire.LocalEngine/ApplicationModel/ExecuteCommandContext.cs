using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a command is given to work with.</summary>
public sealed class ExecuteCommandContext
{
    /// <summary>The application's services.</summary>
    public required IServiceProvider ServiceProvider { get; init; }

    /// <summary>The id of the resource.</summary>
    public required string ResourceName { get; init; }

    /// <summary>Set when whoever asked has gone.</summary>
    public required CancellationToken CancellationToken { get; init; }

    /// <summary>Writes to the resource's own log.</summary>
    public required ILogger Logger { get; init; }
}
