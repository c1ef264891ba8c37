namespace Aspire.Hosting.Pipelines;

/// <summary>What the command line asks of the pipeline; the section <c>Pipeline</c> of the configuration.</summary>
public class PipelineOptions
{
    /// <summary>Where to write, <c>--output-path</c>; null for <c>aspire-output</c> in the folder of the app host.</summary>
    public string? OutputPath { get; set; }

    /// <summary>The step to run with all it depends on, <c>--step</c>; null for <c>publish</c>.</summary>
    public string? Step { get; set; }
}
