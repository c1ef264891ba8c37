using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Pipelines;
using Aspire.Hosting.Reporting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.LocalEngine.Tests.Pipeline;

public sealed class PipelineRunnerTests
{
    private readonly DistributedApplicationPipeline _pipeline = new();
    private readonly ResourceCollection _resources = [];
    private readonly RecordingReporter _console = new();
    private readonly List<string> _ran = [];

    [Fact]
    public async Task Publishing_runs_what_publish_needs_and_tells_each_step_and_the_summary()
    {
        _pipeline.AddStep("write-list", async context =>
        {
            context.Logger.LogInformation("two resources");
            await using var task = await context.ReportingStep.CreateTaskAsync("Writing list.txt", context.CancellationToken);
            await task.SucceedAsync("Wrote list.txt");
            context.Summary.Add("List", "list.txt");
        }, requiredBy: WellKnownPipelineSteps.Publish);
        AddRecorded("elsewhere");

        (await RunAsync()).ShouldBe(0);

        _console.Lines.ShouldBe(["write-list: two resources", "write-list: Wrote list.txt", "write-list: done (0.0 s)", "List: list.txt"]);
        _ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_step_named_on_the_command_line_is_run_after_all_it_depends_on()
    {
        AddRecorded("second", dependsOn: new[] { "first" });
        AddRecorded("first", dependsOn: WellKnownPipelineSteps.PublishPrereq);
        AddRecorded("published", requiredBy: WellKnownPipelineSteps.Publish);

        (await RunAsync(("Pipeline:Step", "second"))).ShouldBe(0);

        _ran.ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task An_unknown_step_is_an_error_that_lists_those_there_are()
    {
        AddRecorded("write-list");

        (await RunAsync(("Pipeline:Step", "absent"))).ShouldBe(1);

        _console.Errors.ShouldBe(
        [
            "There is no step 'absent'; there are: build, build-prereq, deploy, deploy-prereq, diagnostics, process-parameters, publish, publish-manifest, publish-prereq, push, push-prereq, write-list.",
        ]);
    }

    [Fact]
    public async Task A_publisher_is_the_step_of_that_name()
    {
        AddRecorded("publish-list");

        (await RunAsync("list")).ShouldBe(0);

        _ran.ShouldBe(["publish-list"]);
    }

    [Fact]
    public async Task An_unknown_publisher_is_an_error_that_lists_the_steps()
    {
        (await RunAsync("absent")).ShouldBe(1);

        _console.Errors.ShouldHaveSingleItem().ShouldStartWith("There is no publisher 'absent'; the steps there are: build, ");
    }

    [Fact]
    public async Task A_failing_step_is_one_line_and_nothing_after_it_runs()
    {
        _pipeline.AddStep("broken", _ => throw new InvalidOperationException("the disk\nis full"));
        AddRecorded("after", dependsOn: "broken");

        (await RunAsync(("Pipeline:Step", "after"))).ShouldBe(1);

        _console.Errors.ShouldBe(["Step 'broken' failed: the disk is full"]);
        _ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_step_whose_task_failed_has_failed()
    {
        _pipeline.AddStep("broken", async context =>
        {
            var task = await context.ReportingStep.CreateTaskAsync("Writing", context.CancellationToken);
            await task.FailAsync("no room");
        });

        (await RunAsync(("Pipeline:Step", "broken"))).ShouldBe(1);

        _console.Lines.ShouldBe(["broken: failed: no room"]);
        _console.Errors.ShouldBe(["Step 'broken' failed: no room"]);
    }

    [Fact]
    public async Task A_step_that_says_it_failed_has_failed()
    {
        _pipeline.AddStep("broken", context => context.ReportingStep.FailAsync("no room"));

        (await RunAsync(("Pipeline:Step", "broken"))).ShouldBe(1);

        _console.Errors.ShouldBe(["Step 'broken' failed: no room"]);
    }

    [Fact]
    public async Task Every_parameter_without_a_value_is_named_before_anything_is_written()
    {
        _resources.Add(new ParameterResource("password", _ => throw new DistributedApplicationException("Parameter 'password' has no value."), secret: true));
        _resources.Add(new ParameterResource("known", _ => "value"));
        AddRecorded("write", dependsOn: WellKnownPipelineSteps.PublishPrereq, requiredBy: WellKnownPipelineSteps.Publish);

        (await RunAsync()).ShouldBe(1);

        _console.Errors.ShouldBe(["Step 'process-parameters' failed: Parameter 'password' has no value."]);
        _ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_resource_brings_steps_of_its_own()
    {
        var resource = new AResource("sidecar");
        _resources.Add(resource);
        IResource? seen = null;
        resource.Annotations.Add(new PipelineStepAnnotation(factory => new PipelineStep
        {
            Name = $"write-{factory.Resource.Name}",
            Action = _ => Task.CompletedTask,
            RequiredBySteps = [WellKnownPipelineSteps.Publish],
        }));
        resource.Annotations.Add(new PipelineStepAnnotation(async factory =>
        {
            await Task.Yield();
            return new PipelineStep
            {
                Name = "second",
                RequiredBySteps = [WellKnownPipelineSteps.Publish],
                Action = context =>
                {
                    seen = factory.Resource;
                    return Task.CompletedTask;
                },
            };
        }));

        (await RunAsync()).ShouldBe(0);

        seen.ShouldBe(resource);
        _console.Lines.ShouldBe(["write-sidecar: done (0.0 s)", "second: done (0.0 s)"]);
    }

    [Fact]
    public async Task Cancelled_it_says_so_and_ends_as_an_interrupted_program_does()
    {
        using var cancellation = new CancellationTokenSource();
        _pipeline.AddStep("endless", async context =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }, requiredBy: WellKnownPipelineSteps.Publish);

        (await RunAsync("", [], cancellation.Token)).ShouldBe(130);

        _console.Errors.ShouldBe(["Publishing was cancelled."]);
    }

    [Fact]
    public async Task Every_line_names_its_step_and_says_when_somebody_should_look()
    {
        _pipeline.AddStep("write-list", context =>
        {
            context.Logger.LogDebug("not for people");
            context.Logger.LogWarning("list.txt is empty");
            context.ReportingStep.Log(LogLevel.Warning, "nothing in it");
            context.ReportingStep.Log(LogLevel.Error, "nobody reads it");
            return context.ReportingStep.WarnAsync("wrote list.txt", context.CancellationToken);
        }, requiredBy: WellKnownPipelineSteps.Publish);

        (await RunAsync()).ShouldBe(0);

        _console.Lines.ShouldBe(
        [
            "write-list: warning: list.txt is empty",
            "write-list: warning: nothing in it",
            "write-list: error: nobody reads it",
            "write-list: warning: wrote list.txt (0.0 s)",
        ]);
    }

    [Fact]
    public async Task With_nothing_to_publish_it_says_so()
    {
        AddRecorded("elsewhere");

        (await RunAsync()).ShouldBe(0);

        _console.Lines.ShouldBe(["There is nothing to publish: no step is required by 'publish'. --step publish-manifest writes the Aspire manifest."]);
    }

    [Fact]
    public async Task A_step_that_only_gathers_others_says_when_there_are_none()
    {
        (await RunAsync(("Pipeline:Step", "push"))).ShouldBe(0);

        _console.Lines.ShouldBe(["There is nothing to do: no step is required by 'push'."]);
    }

    [Fact]
    public async Task Diagnostics_lists_the_steps_with_what_they_come_after_and_runs_none()
    {
        AddRecorded("write-list", dependsOn: WellKnownPipelineSteps.PublishPrereq, requiredBy: WellKnownPipelineSteps.Publish);

        (await RunAsync(("Pipeline:Step", "diagnostics"))).ShouldBe(0);

        _ran.ShouldBeEmpty();
        _console.Lines.ShouldContain("diagnostics: publish, after write-list");
        _console.Lines.ShouldContain("diagnostics: publish-manifest: Writes the Aspire manifest, which azd and aspirate read.");
        _console.Lines.ShouldContain("diagnostics: write-list, after publish-prereq");
        _console.Lines[^1].ShouldBe("diagnostics: 12 steps (0.0 s)");
    }

    [Fact]
    public async Task The_model_can_still_be_changed_before_it_is_published()
    {
        _pipeline.AddStep("count", context =>
        {
            _ran.Add($"{context.Model.Resources.Count}");
            return Task.CompletedTask;
        }, requiredBy: WellKnownPipelineSteps.Publish);
        var eventing = new DistributedApplicationEventing();
        eventing.Subscribe<BeforeStartEvent>((e, _) =>
        {
            e.Model.Resources.Add(new AResource("late"));
            return Task.CompletedTask;
        });

        (await RunAsync("", [], TestContext.Current.CancellationToken, eventing)).ShouldBe(0);

        _ran.ShouldBe(["1"]);
    }

    [Fact]
    public void A_name_used_twice_is_refused_where_it_is_added()
    {
        AddRecorded("write");

        Should.Throw<DistributedApplicationException>(() => AddRecorded("write")).Message
            .ShouldBe("A step with the name 'write' has already been added to the pipeline.");
    }

    [Fact]
    public void A_step_is_named_by_strings_alone() =>
        Should.Throw<ArgumentException>(() => AddRecorded("write", dependsOn: 7)).ParamName.ShouldBe("dependsOn");

    private void AddRecorded(string name, object? dependsOn = null, object? requiredBy = null) => _pipeline.AddStep(
        name,
        _ =>
        {
            _ran.Add(name);
            return Task.CompletedTask;
        },
        dependsOn,
        requiredBy);

    private Task<int> RunAsync(params (string Key, string Value)[] settings) => RunAsync("", settings, TestContext.Current.CancellationToken);

    private Task<int> RunAsync(string publisher) => RunAsync(publisher, [], TestContext.Current.CancellationToken);

    private async Task<int> RunAsync(
        string publisher,
        (string Key, string Value)[] settings,
        CancellationToken cancellationToken,
        DistributedApplicationEventing? eventing = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build();
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<IDistributedApplicationPipeline>(_pipeline)
            .AddSingleton<IDistributedApplicationEventing>(eventing ?? new DistributedApplicationEventing())
            .AddSingleton(new DistributedApplicationModel(_resources))
            .AddSingleton(new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish, publisher))
            .AddSingleton<IAppHostReporter>(_console)
            .AddSingleton<TimeProvider>(new StoppedClock())
            .AddPipeline()
            .BuildServiceProvider();
        return await services.GetRequiredService<PipelineRunner>().RunAsync(services, cancellationToken);
    }

    private sealed class AResource(string name) : Resource(name);

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    private sealed class RecordingReporter : IAppHostReporter
    {
        public List<string> Lines { get; } = [];

        public List<string> Errors { get; } = [];

        public void Line(string text) => Lines.Add(text);

        public void Error(string message) => Errors.Add(message);

        public void Resources(IReadOnlyList<ResourceRow> rows) => throw new NotSupportedException();

        public void Stopping() => throw new NotSupportedException();

        public void ResourceFailed(string resource, string message, IReadOnlyList<string> output) => throw new NotSupportedException();
    }
}
