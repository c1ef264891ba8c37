using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Pipelines;

/// <summary>What a step works on.</summary>
public sealed class PipelineStepContext
{
    /// <summary>The run it belongs to.</summary>
    public required PipelineContext PipelineContext { get; init; }

    /// <summary>Tells how far the step is.</summary>
    public required IReportingStep ReportingStep { get; init; }

    /// <summary>The application's resources.</summary>
    public DistributedApplicationModel Model => PipelineContext.Model;

    /// <summary>What the app host has been started for.</summary>
    public DistributedApplicationExecutionContext ExecutionContext => PipelineContext.ExecutionContext;

    /// <summary>The application's services.</summary>
    public IServiceProvider Services => PipelineContext.Services;

    /// <summary>Writes to the console.</summary>
    public ILogger Logger => PipelineContext.Logger;

    /// <summary>Ends the run.</summary>
    public CancellationToken CancellationToken => PipelineContext.CancellationToken;

    /// <summary>What is told at the end.</summary>
    public PipelineSummary Summary => PipelineContext.Summary;
}
