using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.LocalEngine.Tests.Pipeline;

public sealed class PipelineReportTests
{
    private readonly PipelineRun _run = new();

    [Fact]
    public async Task Publishing_runs_what_publish_needs_and_tells_each_step_and_the_summary()
    {
        _run.Pipeline.AddStep("write-list", async context =>
        {
            context.Logger.LogInformation("two resources");
            await using var task = await context.ReportingStep.CreateTaskAsync("Writing list.txt", context.CancellationToken);
            await task.SucceedAsync("Wrote list.txt");
            context.Summary.Add("List", "list.txt");
        }, requiredBy: WellKnownPipelineSteps.Publish);
        _run.AddRecorded("elsewhere");

        (await _run.RunAsync()).ShouldBe(0);

        _run.Console.Lines.ShouldBe(["write-list: two resources", "write-list: Wrote list.txt", "write-list: done (0.0 s)", "List: list.txt"]);
        _run.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_line_names_its_step_and_says_when_somebody_should_look()
    {
        _run.Pipeline.AddStep("write-list", context =>
        {
            context.Logger.LogDebug("not for people");
            context.Logger.LogWarning("list.txt is empty");
            context.ReportingStep.Log(LogLevel.Warning, "nothing in it");
            context.ReportingStep.Log(LogLevel.Error, "nobody reads it");
            return context.ReportingStep.WarnAsync("wrote list.txt", context.CancellationToken);
        }, requiredBy: WellKnownPipelineSteps.Publish);

        (await _run.RunAsync()).ShouldBe(0);

        _run.Console.Lines.ShouldBe(
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
        _run.AddRecorded("elsewhere");

        (await _run.RunAsync()).ShouldBe(0);

        _run.Console.Lines.ShouldBe(["There is nothing to publish: no step is required by 'publish'. --step publish-manifest writes the Aspire manifest."]);
    }

    [Fact]
    public async Task A_step_that_only_gathers_others_says_when_there_are_none()
    {
        (await _run.RunAsync(("Pipeline:Step", "push"))).ShouldBe(0);

        _run.Console.Lines.ShouldBe(["There is nothing to do: no step is required by 'push'."]);
    }

    [Fact]
    public async Task Diagnostics_lists_the_steps_with_what_they_come_after_and_runs_none()
    {
        _run.AddRecorded("write-list", dependsOn: WellKnownPipelineSteps.PublishPrereq, requiredBy: WellKnownPipelineSteps.Publish);

        (await _run.RunAsync(("Pipeline:Step", "diagnostics"))).ShouldBe(0);

        _run.Ran.ShouldBeEmpty();
        _run.Console.Lines.ShouldContain("diagnostics: publish, after write-list");
        _run.Console.Lines.ShouldContain("diagnostics: publish-manifest: Writes the Aspire manifest, which azd and aspirate read.");
        _run.Console.Lines.ShouldContain("diagnostics: write-list, after publish-prereq");
        _run.Console.Lines[^1].ShouldBe("diagnostics: 12 steps (0.0 s)");
    }

    [Fact]
    public async Task A_failing_step_is_one_line_and_nothing_after_it_runs()
    {
        _run.Pipeline.AddStep("broken", _ => throw new InvalidOperationException("the disk\nis full"));
        _run.AddRecorded("after", dependsOn: "broken");

        (await _run.RunAsync(("Pipeline:Step", "after"))).ShouldBe(1);

        _run.Console.Errors.ShouldBe(["Step 'broken' failed: the disk is full"]);
        _run.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_step_whose_task_failed_has_failed()
    {
        _run.Pipeline.AddStep("broken", async context =>
        {
            var task = await context.ReportingStep.CreateTaskAsync("Writing", context.CancellationToken);
            await task.FailAsync("no room");
        });

        (await _run.RunAsync(("Pipeline:Step", "broken"))).ShouldBe(1);

        _run.Console.Lines.ShouldBe(["broken: failed: no room"]);
        _run.Console.Errors.ShouldBe(["Step 'broken' failed: no room"]);
    }

    [Fact]
    public async Task A_step_that_says_it_failed_has_failed()
    {
        _run.Pipeline.AddStep("broken", context => context.ReportingStep.FailAsync("no room"));

        (await _run.RunAsync(("Pipeline:Step", "broken"))).ShouldBe(1);

        _run.Console.Errors.ShouldBe(["Step 'broken' failed: no room"]);
    }

    [Fact]
    public async Task Cancelled_it_says_so_and_ends_as_an_interrupted_program_does()
    {
        using var cancellation = new CancellationTokenSource();
        _run.Pipeline.AddStep("endless", async context =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }, requiredBy: WellKnownPipelineSteps.Publish);

        (await _run.RunAsync("", [], cancellation.Token)).ShouldBe(130);

        _run.Console.Errors.ShouldBe(["Publishing was cancelled."]);
    }
}
