using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Pipelines;

/// <summary>What one run of the pipeline works on.</summary>
/// <param name="model">The application's resources.</param>
/// <param name="executionContext">What the app host has been started for.</param>
/// <param name="serviceProvider">The application's services.</param>
/// <param name="logger">Writes to the console.</param>
/// <param name="cancellationToken">Ends the run.</param>
public sealed class PipelineContext(
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext executionContext,
    IServiceProvider serviceProvider,
    ILogger logger,
    CancellationToken cancellationToken)
{
    /// <summary>The application's resources.</summary>
    public DistributedApplicationModel Model { get; } = model;

    /// <summary>What the app host has been started for.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>The application's services.</summary>
    public IServiceProvider Services { get; } = serviceProvider;

    /// <summary>Writes to the console.</summary>
    public ILogger Logger { get; } = logger;

    /// <summary>Ends the run.</summary>
    public CancellationToken CancellationToken { get; set; } = cancellationToken;

    /// <summary>What is told at the end.</summary>
    public PipelineSummary Summary { get; } = new();
}
