using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

public sealed class ResourceRunnerTests : IDisposable
{
    private readonly ResourceRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_resource_starts_runs_and_ends()
    {
        await _run.StartAsync();
        var created = await _run.CreatedAsync();
        _run.State().ShouldBe(KnownResourceStates.Starting);

        await _run.News(created, DcpState.Running, pid: Environment.ProcessId);
        _run.State().ShouldBe(KnownResourceStates.Running);
        _run.Snapshot.Properties.ShouldContain(p => p.Name == KnownProperties.ProcessId && Equals(p.Value, Environment.ProcessId));

        _run.Dcp.Output["stderr"] = "2026-11-21T05:00:00Z out of memory\n";
        await _run.News(created, DcpState.Finished, exitCode: 3);

        (await _run.ToldAsync()).ShouldBe("web: ended with exit code 3");
        _run.State().ShouldBe(KnownResourceStates.Finished);
        _run.Snapshot.ExitCode.ShouldBe(3);
        _run.Snapshot.State!.Style.ShouldBe(KnownResourceStateStyles.Error);
    }

    [Fact]
    public async Task A_stop_waits_for_the_end_which_is_no_failure()
    {
        await _run.StartAsync();
        var created = await _run.CreatedAsync();
        await _run.News(created, DcpState.Running);

        var stop = _run.Runner.StopAsync(TestContext.Current.CancellationToken);
        (await _run.Dcp.Stopped.Reader.ReadAsync(TestContext.Current.CancellationToken)).ShouldBe(_run.Runner.Id);
        _run.State().ShouldBe(KnownResourceStates.Stopping);
        stop.IsCompleted.ShouldBeFalse();
        await _run.News(created, DcpState.Finished, exitCode: 143);

        await stop.WaitAsync(ResourceRun.Patience, TestContext.Current.CancellationToken);
        _run.State().ShouldBe(KnownResourceStates.Finished);
        _run.Snapshot.State!.Style.ShouldBeNull();
        _run.Console.Told.Reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_second_start_is_a_new_object_of_the_same_name_and_old_news_does_not_count()
    {
        await _run.StartAsync();
        var first = await _run.CreatedAsync();
        await _run.News(first, DcpState.Finished, exitCode: 0);
        await _run.ToldAsync();

        await _run.StartAsync();
        var second = await _run.CreatedAsync();
        second.Metadata.Name.ShouldBe(first.Metadata.Name);
        await _run.News(first, DcpState.Finished, exitCode: 0);
        _run.State().ShouldBe(KnownResourceStates.Starting);
        _run.Snapshot.ExitCode.ShouldBeNull();
        await _run.News(second, DcpState.Running);

        _run.State().ShouldBe(KnownResourceStates.Running);
    }

    [Fact]
    public async Task A_start_at_the_very_moment_the_end_is_told_is_not_lost()
    {
        await _run.StartAsync();
        var created = await _run.CreatedAsync();
        Task? restart = null;
        var seen = new TaskCompletionSource();
        _run.Web.WithCommand("probe", "Probe", _ => throw new InvalidOperationException(), new CommandOptions
        {
            // Called while the state is being published, before the run counts as ended.
            UpdateState = context =>
            {
                if (context.ResourceSnapshot.State?.Text == KnownResourceStates.Finished && restart is null)
                {
                    restart = Task.Run(() => _run.StartAsync());
                    seen.SetResult();
                }

                return ResourceCommandState.Enabled;
            },
        });

        await _run.News(created, DcpState.Finished, exitCode: 0);
        await seen.Task.WaitAsync(ResourceRun.Patience, TestContext.Current.CancellationToken);
        await restart!.WaitAsync(ResourceRun.Patience, TestContext.Current.CancellationToken);

        await _run.CreatedAsync();
    }

    [Fact]
    public async Task A_start_while_it_runs_does_nothing()
    {
        await _run.StartAsync();
        await _run.News(await _run.CreatedAsync(), DcpState.Running);

        await _run.StartAsync();

        _run.State().ShouldBe(KnownResourceStates.Running);
        _run.Dcp.Created.Reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_second_start_cuts_the_wait_for_dependencies_short()
    {
        _run.Web.WaitFor(_run.Application.AddProgram("api"));
        var first = _run.StartAsync();
        await _run.Services.Notifications.WaitForResourceAsync("web", KnownResourceStates.Waiting, TestContext.Current.CancellationToken);

        await _run.StartAsync();

        await first.WaitAsync(ResourceRun.Patience, TestContext.Current.CancellationToken);
        await _run.CreatedAsync();
    }

    [Fact]
    public async Task Cancelled_while_it_waits_it_starts_nothing_and_tells_nothing()
    {
        _run.Web.WaitFor(_run.Application.AddProgram("api"));
        using var starting = new CancellationTokenSource();
        var start = _run.Runner.StartAsync(starting.Token);
        await _run.Services.Notifications.WaitForResourceAsync("web", KnownResourceStates.Waiting, TestContext.Current.CancellationToken);

        await starting.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(start);
        await _run.Runner.StopAsync(TestContext.Current.CancellationToken);
        _run.Dcp.Requests.ShouldBeEmpty();
        _run.Console.Told.Reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Secrets_are_marked_in_variables_and_arguments()
    {
        var secret = _run.Application.Builder.AddParameter("secret", "s3", secret: true);
        _run.Web.WithEnvironment("KEY", secret).WithArgs("--key", secret);

        await _run.StartAsync();

        _run.Snapshot.EnvironmentVariables.ShouldHaveSingleItem().IsSensitive.ShouldBeTrue();
        _run.Snapshot.Properties.Single(p => p.Name == KnownProperties.Arguments).IsSensitive.ShouldBeTrue();
    }

    [Fact]
    public async Task Its_process_is_remembered_for_when_the_orchestrator_is_killed()
    {
        await _run.StartAsync();
        await _run.News(await _run.CreatedAsync(), DcpState.Running, pid: Environment.ProcessId);

        (await File.ReadAllTextAsync(_run.Session.File("processes"), TestContext.Current.CancellationToken)).ShouldStartWith($"{Environment.ProcessId} ");
    }
}
