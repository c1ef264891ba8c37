using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

public sealed class WaitForDependenciesTests : IDisposable
{
    private readonly ResourceServices _services = new();
    private readonly TestResource _app = new("legacy-app");
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_to_wait_for_is_no_wait()
    {
        var sidecar = new TestResource("sidecar");

        await Wait(sidecar);

        _services.Notifications.TryGetCurrentState("sidecar", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Waits_until_the_dependency_is_healthy()
    {
        var sidecar = Waiter(WaitType.WaitUntilHealthy);
        var wait = Wait(sidecar);
        _services.Current(sidecar).State!.Text.ShouldBe("Waiting");

        await _services.Publish(_app, KnownResourceStates.Running, null, new HealthReportSnapshot("http", null, null, null));
        wait.IsCompleted.ShouldBeFalse();
        await _services.Publish(_app, KnownResourceStates.Running, null, new HealthReportSnapshot("http", HealthStatus.Healthy, null, null));

        await wait;
    }

    [Fact]
    public async Task Does_not_ask_for_health_when_only_the_start_is_waited_for()
    {
        await _services.Publish(_app, KnownResourceStates.Running, null, new HealthReportSnapshot("http", HealthStatus.Unhealthy, null, null));

        await Wait(Waiter(WaitType.WaitUntilStarted));
    }

    [Theory]
    [InlineData(WaitType.WaitUntilHealthy)]
    [InlineData(WaitType.WaitUntilStarted)]
    [InlineData(WaitType.WaitForCompletion)]
    public async Task A_dependency_that_fails_to_start_is_an_error_that_names_it(WaitType type)
    {
        await _services.Publish(_app, KnownResourceStates.FailedToStart);

        var error = await Should.ThrowAsync<DistributedApplicationException>(Wait(Waiter(type)));

        error.Message.ShouldBe("Resource 'sidecar' stopped waiting for dependency resource 'legacy-app' because it failed to start.");
    }

    [Theory]
    [InlineData("Finished")]
    [InlineData("Exited")]
    public async Task A_dependency_that_has_ended_holds_nobody_up(string state)
    {
        await _services.Publish(_app, state, exitCode: 1);

        await Wait(Waiter(WaitType.WaitUntilHealthy));
    }

    [Fact]
    public async Task A_dependency_that_has_ended_is_an_error_where_that_was_asked_for()
    {
        await _services.Publish(_app, KnownResourceStates.Finished, exitCode: 1);

        var error = await Should.ThrowAsync<DistributedApplicationException>(Wait(Waiter(WaitType.WaitUntilHealthy, behavior: WaitBehavior.StopOnResourceUnavailable)));

        error.Message.ShouldEndWith("because it entered the 'Finished' state prematurely.");
    }

    [Fact]
    public async Task Waits_for_a_failed_dependency_to_be_started_again_where_that_was_asked_for()
    {
        await _services.Publish(_app, KnownResourceStates.FailedToStart);
        var wait = Wait(Waiter(WaitType.WaitUntilHealthy, behavior: WaitBehavior.WaitOnResourceUnavailable));
        wait.IsCompleted.ShouldBeFalse();

        await _services.Publish(_app, KnownResourceStates.Running);

        await wait;
    }

    [Fact]
    public async Task Completion_with_the_expected_exit_code_lets_the_waiter_go_on()
    {
        var wait = Wait(Waiter(WaitType.WaitForCompletion, exitCode: 3));
        await _services.Publish(_app, KnownResourceStates.Running);
        wait.IsCompleted.ShouldBeFalse();

        await _services.Publish(_app, KnownResourceStates.Finished, exitCode: 3);

        await wait;
    }

    [Fact]
    public async Task Completion_with_another_exit_code_is_an_error()
    {
        await _services.Publish(_app, KnownResourceStates.Finished, exitCode: 1);

        var error = await Should.ThrowAsync<DistributedApplicationException>(Wait(Waiter(WaitType.WaitForCompletion)));

        error.Message.ShouldEndWith("because it ended with exit code 1, expected 0.");
    }

    [Fact]
    public async Task The_first_failure_ends_the_wait_for_the_others()
    {
        var sidecar = new TestResource("sidecar", new WaitAnnotation(_app, WaitType.WaitUntilHealthy), new WaitAnnotation(new TestResource("never"), WaitType.WaitUntilHealthy));
        var wait = Wait(sidecar);

        await _services.Publish(_app, KnownResourceStates.FailedToStart);

        await Should.ThrowAsync<DistributedApplicationException>(wait);
    }

    [Fact]
    public async Task Says_in_the_waiters_own_output_what_it_waits_for()
    {
        await _services.Publish(_app, KnownResourceStates.Running);

        await Wait(Waiter(WaitType.WaitUntilStarted));

        var lines = _services.Loggers.Tail("sidecar", 2);
        lines[0].Content.ShouldEndWith(" Waiting for resource 'legacy-app' (WaitUntilStarted).");
        lines[1].Content.ShouldEndWith(" Finished waiting for resource 'legacy-app'.");
    }

    public void Dispose() => _services.Dispose();

    private Task Wait(TestResource resource) => _services.Notifications.WaitForDependenciesAsync(resource, _cancellation);

    private TestResource Waiter(WaitType type, int exitCode = 0, WaitBehavior? behavior = null) =>
        new("sidecar", new WaitAnnotation(_app, type, exitCode) { WaitBehavior = behavior });
}
