using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Pipelines;

namespace SidecarAspire.LocalEngine.Tests.Pipeline;

public sealed class PipelineRunnerTests
{
    private readonly PipelineRun _run = new();

    [Fact]
    public async Task The_step_named_on_the_command_line_is_run_after_all_it_depends_on()
    {
        _run.AddRecorded("second", dependsOn: new[] { "first" });
        _run.AddRecorded("first", dependsOn: WellKnownPipelineSteps.PublishPrereq);
        _run.AddRecorded("published", requiredBy: WellKnownPipelineSteps.Publish);

        (await _run.RunAsync(("Pipeline:Step", "second"))).ShouldBe(0);

        _run.Ran.ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task An_unknown_step_is_an_error_that_lists_those_there_are()
    {
        _run.AddRecorded("write-list");

        (await _run.RunAsync(("Pipeline:Step", "absent"))).ShouldBe(1);

        _run.Console.Errors.ShouldBe(
        [
            "There is no step 'absent'; there are: build, build-prereq, deploy, deploy-prereq, diagnostics, process-parameters, publish, publish-manifest, publish-prereq, push, push-prereq, write-list.",
        ]);
    }

    [Fact]
    public async Task A_publisher_is_the_step_of_that_name()
    {
        _run.AddRecorded("publish-list");

        (await _run.RunAsync("list")).ShouldBe(0);

        _run.Ran.ShouldBe(["publish-list"]);
    }

    [Fact]
    public async Task An_unknown_publisher_is_an_error_that_lists_the_steps()
    {
        (await _run.RunAsync("absent")).ShouldBe(1);

        _run.Console.Errors.ShouldHaveSingleItem().ShouldStartWith("There is no publisher 'absent'; the steps there are: build, ");
    }

    [Fact]
    public async Task Every_parameter_without_a_value_is_named_before_anything_is_written()
    {
        _run.Resources.Add(new ParameterResource("password", _ => throw new DistributedApplicationException("Parameter 'password' has no value."), secret: true));
        _run.Resources.Add(new ParameterResource("known", _ => "value"));
        _run.AddRecorded("write", dependsOn: WellKnownPipelineSteps.PublishPrereq, requiredBy: WellKnownPipelineSteps.Publish);

        (await _run.RunAsync()).ShouldBe(1);

        _run.Console.Errors.ShouldBe(["Step 'process-parameters' failed: Parameter 'password' has no value."]);
        _run.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_resource_brings_steps_of_its_own()
    {
        var resource = new AResource("sidecar");
        _run.Resources.Add(resource);
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

        (await _run.RunAsync()).ShouldBe(0);

        seen.ShouldBe(resource);
        _run.Console.Lines.ShouldBe(["write-sidecar: done (0.0 s)", "second: done (0.0 s)"]);
    }

    [Fact]
    public async Task The_model_can_still_be_changed_before_it_is_published()
    {
        _run.Pipeline.AddStep("count", context =>
        {
            _run.Ran.Add($"{context.Model.Resources.Count}");
            return Task.CompletedTask;
        }, requiredBy: WellKnownPipelineSteps.Publish);
        var eventing = new DistributedApplicationEventing();
        eventing.Subscribe<BeforeStartEvent>((e, _) =>
        {
            e.Model.Resources.Add(new AResource("late"));
            return Task.CompletedTask;
        });

        (await _run.RunAsync("", [], TestContext.Current.CancellationToken, eventing)).ShouldBe(0);

        _run.Ran.ShouldBe(["1"]);
    }

    [Fact]
    public void A_name_used_twice_is_refused_where_it_is_added()
    {
        _run.AddRecorded("write");

        Should.Throw<DistributedApplicationException>(() => _run.AddRecorded("write")).Message
            .ShouldBe("A step with the name 'write' has already been added to the pipeline.");
    }

    [Fact]
    public void A_step_is_named_by_strings_alone() =>
        Should.Throw<ArgumentException>(() => _run.AddRecorded("write", dependsOn: 7)).ParamName.ShouldBe("dependsOn");

    private sealed class AResource(string name) : Resource(name);
}
