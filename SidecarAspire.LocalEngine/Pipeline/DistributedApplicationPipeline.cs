using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;
using Aspire.Hosting.Reporting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Pipelines;

/// <summary>Runs the steps one after the other, in an order in which each finds what it depends on done.</summary>
internal sealed class DistributedApplicationPipeline : IDistributedApplicationPipeline
{
    private static readonly Func<PipelineStepContext, Task> Nothing = _ => Task.CompletedTask;

    private readonly List<PipelineStep> _steps;

    public DistributedApplicationPipeline() => _steps =
    [
        new()
        {
            Name = WellKnownPipelineSteps.ProcessParameters,
            Description = "Makes sure that every parameter has a value.",
            Action = RequireParametersAsync,
            RequiredBySteps = [WellKnownPipelineSteps.PublishPrereq, WellKnownPipelineSteps.BuildPrereq, WellKnownPipelineSteps.DeployPrereq],
        },
        new() { Name = WellKnownPipelineSteps.PublishPrereq, Action = Nothing },
        new() { Name = WellKnownPipelineSteps.Publish, Action = Nothing },
        new() { Name = WellKnownPipelineSteps.BuildPrereq, Action = Nothing },
        new() { Name = WellKnownPipelineSteps.Build, Action = Nothing },
        new() { Name = WellKnownPipelineSteps.PushPrereq, Action = Nothing },
        new() { Name = WellKnownPipelineSteps.Push, Action = Nothing, DependsOnSteps = [WellKnownPipelineSteps.PushPrereq] },
        new() { Name = WellKnownPipelineSteps.DeployPrereq, Action = Nothing },
        new() { Name = WellKnownPipelineSteps.Deploy, Action = Nothing },
        new() { Name = ManifestStep.Name, Description = "Writes the Aspire manifest, which azd and aspirate read.", Action = ManifestStep.WriteAsync },
        new() { Name = WellKnownPipelineSteps.Diagnostics, Description = "Lists the steps and writes nothing.", Action = ListStepsAsync },
    ];

    public void AddStep(PipelineStep step)
    {
        if (_steps.Any(existing => existing.Name == step.Name))
        {
            throw new DistributedApplicationException($"A step with the name '{step.Name}' has already been added to the pipeline.");
        }

        _steps.Add(step);
    }

    public void AddStep(string name, Func<PipelineStepContext, Task> action, object? dependsOn = null, object? requiredBy = null) => AddStep(new PipelineStep
    {
        Name = name,
        Action = action,
        DependsOnSteps = Names(dependsOn, nameof(dependsOn)),
        RequiredBySteps = Names(requiredBy, nameof(requiredBy)),
    });

    public async Task ExecuteAsync(PipelineContext context)
    {
        var graph = await GraphAsync(context);
        var options = context.Services.GetRequiredService<IOptions<PipelineOptions>>().Value;
        var target = Target(options, context.ExecutionContext.PublisherName, graph);
        var steps = graph.StepsFor(target);
        foreach (var step in steps)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            await ExecuteAsync(step, context);
        }

        if (steps.All(step => step.Action == Nothing || (step.Name == WellKnownPipelineSteps.ProcessParameters && step.Name != target)))
        {
            context.Services.GetRequiredService<IAppHostReporter>().Line(target == WellKnownPipelineSteps.Publish
                ? $"There is nothing to publish: no step is required by '{target}'. --step {ManifestStep.Name} writes the Aspire manifest."
                : $"There is nothing to do: no step is required by '{target}'.");
        }
    }

    /// <summary>A publisher is a step with a name of its own; without either the application is published.</summary>
    private static string Target(PipelineOptions options, string publisher, PipelineGraph graph) => (options.Step, publisher) switch
    {
        ({ Length: > 0 } step, _) => graph.Contains(step)
            ? step
            : throw new DistributedApplicationException($"There is no step '{step}'; there are: {graph.Names}."),
        (_, "" or "default") => WellKnownPipelineSteps.Publish,
        _ => graph.Contains($"publish-{publisher}")
            ? $"publish-{publisher}"
            : throw new DistributedApplicationException($"There is no publisher '{publisher}'; the steps there are: {graph.Names}."),
    };

    private static async Task ExecuteAsync(PipelineStep step, PipelineContext context)
    {
        if (step.Action == Nothing)
        {
            return;
        }

        using var scope = context.Logger.BeginScope(step.Name);
        var reporting = new ReportingStep(step.Name, context.Services.GetRequiredService<IAppHostReporter>(), context.Services.GetRequiredService<TimeProvider>());
        try
        {
            await step.Action(new PipelineStepContext { PipelineContext = context, ReportingStep = reporting });
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            throw new DistributedApplicationException($"Step '{step.Name}' failed: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        await reporting.DisposeAsync();
        if (reporting.Failure is { } failure)
        {
            throw new DistributedApplicationException($"Step '{step.Name}' failed: {failure}");
        }
    }

    private async Task<PipelineGraph> GraphAsync(PipelineContext context) => new([.. _steps, .. await StepsOfResourcesAsync(context)]);

    private async Task ListStepsAsync(PipelineStepContext context)
    {
        var steps = (await GraphAsync(context.PipelineContext)).Steps.ToArray();
        foreach (var (step, dependencies) in steps)
        {
            var after = string.Join(", ", dependencies);
            context.ReportingStep.Log(
                LogLevel.Information,
                step.Name + (after.Length == 0 ? string.Empty : $", after {after}") + (step.Description is { } description ? $": {description}" : string.Empty));
        }

        await context.ReportingStep.SucceedAsync($"{steps.Length} steps", context.CancellationToken);
    }

    private static async Task<List<PipelineStep>> StepsOfResourcesAsync(PipelineContext context)
    {
        var steps = new List<PipelineStep>();
        foreach (var resource in context.Model.Resources)
        {
            var factoryContext = new PipelineStepFactoryContext { PipelineContext = context, Resource = resource };
            foreach (var annotation in resource.Annotations.OfType<PipelineStepAnnotation>().ToArray())
            {
                foreach (var step in await annotation.CreateStepsAsync(factoryContext))
                {
                    step.Resource ??= resource;
                    steps.Add(step);
                }
            }
        }

        return steps;
    }

    /// <summary>Aspire would ask for what is missing and, with nobody there to answer, wait for ever.</summary>
    private static async Task RequireParametersAsync(PipelineStepContext context)
    {
        var problems = new List<string>();
        foreach (var parameter in context.Model.Resources.OfType<ParameterResource>())
        {
            try
            {
                await parameter.GetValueAsync(context.CancellationToken);
            }
            catch (DistributedApplicationException e)
            {
                problems.Add(e.Message);
            }
        }

        if (problems.Count > 0)
        {
            throw new DistributedApplicationException(string.Join(' ', problems));
        }
    }

    private static List<string> Names(object? names, string parameter) => names switch
    {
        null => [],
        string name => [name],
        IEnumerable<string> several => [.. several],
        _ => throw new ArgumentException($"A step is named by a string or several, not by a {names.GetType().Name}.", parameter),
    };
}
