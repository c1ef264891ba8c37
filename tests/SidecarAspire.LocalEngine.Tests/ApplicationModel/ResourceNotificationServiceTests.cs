using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

public sealed class ResourceNotificationServiceTests : IDisposable
{
    private readonly ResourceServices _services = new();
    private readonly TestResource _app = new("legacy-app");
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Starts_from_the_annotated_snapshot()
    {
        var resource = new TestResource("app", new ResourceSnapshotAnnotation(new() { ResourceType = "Executable", Properties = [new("executable.path", "node")] }));

        await _services.Publish(resource, KnownResourceStates.Starting);

        var snapshot = _services.Current(resource);
        snapshot.ResourceType.ShouldBe("Executable");
        snapshot.Properties.ShouldBe([new ResourcePropertySnapshot("executable.path", "node")]);
        snapshot.State!.Text.ShouldBe("Starting");
    }

    [Fact]
    public async Task Makes_up_a_first_snapshot_with_the_relationships()
    {
        var sidecar = new TestResource("sidecar", new ResourceRelationshipAnnotation(_app, "Parent"));

        await _services.Publish(sidecar, KnownResourceStates.Starting);

        var snapshot = _services.Current(sidecar);
        snapshot.ResourceType.ShouldBe(nameof(TestResource));
        snapshot.Relationships.ShouldBe([new RelationshipSnapshot("legacy-app", "Parent")]);
    }

    [Fact]
    public async Task A_new_state_is_made_of_the_last_one()
    {
        await _services.Publish(_app, KnownResourceStates.Running);

        await _services.Notifications.PublishUpdateAsync(_app, snapshot => snapshot with { Urls = [new("http", "http://localhost:1", false)] });

        _services.Current(_app).State!.Text.ShouldBe("Running");
        _services.Current(_app).Urls.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Keeps_the_state_under_the_instance_and_finds_it_by_name()
    {
        var app = new TestResource("app", new ResourceInstanceAnnotation("k3x9q7ab"));

        await _services.Publish(app, KnownResourceStates.Running);

        _services.Notifications.TryGetCurrentState("app-k3x9q7ab", out var byId).ShouldBeTrue();
        _services.Notifications.TryGetCurrentState("APP", out var byName).ShouldBeTrue();
        byId.ResourceId.ShouldBe("app-k3x9q7ab");
        byName.ShouldBeSameAs(byId);
        _services.Notifications.TryGetCurrentState("other", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Refuses_an_id_that_belongs_to_another_resource()
    {
        await _services.Publish(_app, KnownResourceStates.Running);

        Should.Throw<InvalidOperationException>(() => _services.Notifications.PublishUpdateAsync(new TestResource("other"), "legacy-app", s => s));
    }

    [Fact]
    public async Task A_watch_begins_with_the_current_states_and_goes_on_with_the_changes()
    {
        await _services.Publish(_app, KnownResourceStates.Starting);
        await using var watch = _services.Notifications.WatchAsync(_cancellation).GetAsyncEnumerator(_cancellation);

        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.Snapshot.State!.Text.ShouldBe("Starting");
        await _services.Publish(_app, KnownResourceStates.Running);
        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.Snapshot.State!.Text.ShouldBe("Running");
    }

    [Fact]
    public async Task A_watch_ends_when_the_service_is_disposed()
    {
        await using var watch = _services.Notifications.WatchAsync(_cancellation).GetAsyncEnumerator(_cancellation);
        var next = watch.MoveNextAsync().AsTask();

        _services.Notifications.Dispose();

        await Should.ThrowAsync<OperationCanceledException>(next);
    }

    [Fact]
    public async Task A_wait_sees_states_that_pass_quickly()
    {
        var running = _services.Notifications.WaitForResourceAsync("legacy-app", KnownResourceStates.Running, _cancellation);

        await _services.Publish(_app, KnownResourceStates.Running);
        await _services.Publish(_app, KnownResourceStates.Finished);

        await running;
    }

    [Fact]
    public async Task A_wait_for_several_states_says_which_one_came()
    {
        await _services.Publish(_app, KnownResourceStates.FailedToStart);

        var state = await _services.Notifications.WaitForResourceAsync("legacy-app", KnownResourceStates.TerminalStates, _cancellation);

        state.ShouldBe("FailedToStart");
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_says_what_was_the_matter()
    {
        using var timeout = new CancellationTokenSource();
        await _services.Publish(_app, KnownResourceStates.Running, null, new HealthReportSnapshot("http", HealthStatus.Unhealthy, "status 500", null));
        var healthy = _services.Notifications.WaitForResourceHealthyAsync("legacy-app", timeout.Token);

        await timeout.CancelAsync();

        // Shouldly looks at the task and not at its exception.
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => healthy);
        error.Message.ShouldBe("Resource 'legacy-app' did not become healthy before the wait was cancelled; its state is 'Running', health check 'http': Unhealthy status 500.");
    }

    [Fact]
    public async Task Is_healthy_only_after_its_checks_pass()
    {
        await _services.Publish(_app, KnownResourceStates.Running, null, new HealthReportSnapshot("http", null, null, null));
        var healthy = _services.Notifications.WaitForResourceHealthyAsync("legacy-app", _cancellation);
        healthy.IsCompleted.ShouldBeFalse();

        await _services.Publish(_app, KnownResourceStates.Running, null, new HealthReportSnapshot("http", HealthStatus.Healthy, null, null));

        (await healthy).Snapshot.HealthStatus.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Gives_up_on_a_resource_that_ends_when_told_to()
    {
        await _services.Publish(_app, KnownResourceStates.Exited, exitCode: 1);

        var error = await Should.ThrowAsync<DistributedApplicationException>(
            _services.Notifications.WaitForResourceHealthyAsync("legacy-app", WaitBehavior.StopOnResourceUnavailable, _cancellation));

        error.Message.ShouldBe("Stopped waiting for resource 'legacy-app' to become healthy because it is in the state 'Exited'.");
    }

    [Fact]
    public async Task Keeps_waiting_for_a_resource_that_failed_when_that_is_the_default()
    {
        using var patient = new ResourceServices(WaitBehavior.WaitOnResourceUnavailable);
        await patient.Publish(_app, KnownResourceStates.FailedToStart);
        var healthy = patient.Notifications.WaitForResourceHealthyAsync("legacy-app", _cancellation);
        healthy.IsCompleted.ShouldBeFalse();

        await patient.Publish(_app, KnownResourceStates.Running);

        await healthy;
    }

    [Fact]
    public async Task Commands_follow_the_state()
    {
        LifecycleCommands.Add(_app, _ => Task.CompletedTask, _ => Task.CompletedTask);

        await _services.Publish(_app, KnownResourceStates.Running);
        StatesOfCommands().ShouldBe([ResourceCommandState.Hidden, ResourceCommandState.Enabled, ResourceCommandState.Enabled]);

        await _services.Publish(_app, KnownResourceStates.Stopping);
        StatesOfCommands().ShouldBe([ResourceCommandState.Hidden, ResourceCommandState.Disabled, ResourceCommandState.Disabled]);

        await _services.Publish(_app, KnownResourceStates.Finished);
        StatesOfCommands().ShouldBe([ResourceCommandState.Enabled, ResourceCommandState.Hidden, ResourceCommandState.Disabled]);

        await _services.Publish(_app, KnownResourceStates.Starting);
        StatesOfCommands().ShouldBe([ResourceCommandState.Disabled, ResourceCommandState.Hidden, ResourceCommandState.Disabled]);

        IEnumerable<ResourceCommandState> StatesOfCommands() => _services.Current(_app).Commands.Select(command => command.State);
    }

    public void Dispose() => _services.Dispose();
}
