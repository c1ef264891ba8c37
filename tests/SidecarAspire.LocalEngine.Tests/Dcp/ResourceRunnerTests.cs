using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Logging.Abstractions;
using SidecarAspire.LocalEngine.Tests.ApplicationModel;
using SidecarAspire.LocalEngine.Tests.Reporting;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

public sealed class ResourceRunnerTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly AnApplication _application = new();
    private readonly FakeDcp _dcp = new();
    private readonly ResourceServices _services = new();
    private readonly RecordingReporter _console = new();
    private readonly SessionFolder _session = SessionFolder.Create();
    private readonly IResourceBuilder<ExecutableResource> _web;
    private readonly ResourceRunner _runner;

    public ResourceRunnerTests()
    {
        _web = _application.AddProgram("web");
        _runner = Runner(_web);
    }

    public void Dispose()
    {
        _runner.Dispose();
        _session.Dispose();
        _services.Dispose();
        _dcp.Dispose();
        _application.Dispose();
    }

    [Fact]
    public async Task A_resource_starts_runs_and_ends()
    {
        await StartAsync();
        var created = await CreatedAsync();
        State().ShouldBe(KnownResourceStates.Starting);

        await News(created, DcpState.Running, pid: Environment.ProcessId);
        State().ShouldBe(KnownResourceStates.Running);
        Snapshot.Properties.ShouldContain(p => p.Name == KnownProperties.ProcessId && Equals(p.Value, Environment.ProcessId));

        _dcp.Output["stderr"] = "2026-11-21T05:00:00Z out of memory\n";
        await News(created, DcpState.Finished, exitCode: 3);

        (await ToldAsync()).ShouldBe("web: ended with exit code 3");
        State().ShouldBe(KnownResourceStates.Finished);
        Snapshot.ExitCode.ShouldBe(3);
        Snapshot.State!.Style.ShouldBe(KnownResourceStateStyles.Error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_job_that_ends_as_those_who_wait_for_it_expect_is_not_told_as_a_failure(int exitCode)
    {
        _application.AddProgram("site").WaitForCompletion(_web, exitCode);
        await StartAsync();

        await News(await CreatedAsync(), DcpState.Finished, exitCode: exitCode);
        await _services.Notifications.WaitForResourceAsync("web", KnownResourceStates.Finished, TestContext.Current.CancellationToken);
        Snapshot.State!.Style.ShouldBeNull();

        // The second life's failure is the first thing that is told.
        await StartAsync();
        await News(await CreatedAsync(), DcpState.Finished, exitCode: 9);
        (await ToldAsync()).ShouldBe("web: ended with exit code 9");
    }

    [Fact]
    public async Task A_job_that_ends_otherwise_than_expected_is_a_failure()
    {
        _application.AddProgram("site").WaitForCompletion(_web);
        await StartAsync();

        await News(await CreatedAsync(), DcpState.Finished, exitCode: 1);

        (await ToldAsync()).ShouldBe("web: ended with exit code 1");
    }

    [Fact]
    public async Task What_it_last_printed_explains_a_failure()
    {
        _dcp.Output["stderr"] = "2026-11-21T05:00:00Z out of memory\n";
        await StartAsync();
        await News(await CreatedAsync(), DcpState.Finished, exitCode: 1);

        (await ToldAsync()).ShouldBe("web: ended with exit code 1 | out of memory");
    }

    [Fact]
    public async Task What_the_orchestrator_says_explains_a_start_that_failed()
    {
        _dcp.Output["system"] = "2026-11-21T05:00:00Z permission denied\n";
        await StartAsync();
        await News(await CreatedAsync(), DcpState.FailedToStart);

        (await ToldAsync()).ShouldBe("web: could not be started: permission denied");
        State().ShouldBe(KnownResourceStates.FailedToStart);
    }

    [Fact]
    public async Task A_stop_waits_for_the_end_which_is_no_failure()
    {
        await StartAsync();
        var created = await CreatedAsync();
        await News(created, DcpState.Running);

        var stop = _runner.StopAsync(TestContext.Current.CancellationToken);
        (await _dcp.Stopped.Reader.ReadAsync(TestContext.Current.CancellationToken)).ShouldBe(_runner.Id);
        State().ShouldBe(KnownResourceStates.Stopping);
        stop.IsCompleted.ShouldBeFalse();
        await News(created, DcpState.Finished, exitCode: 143);

        await stop.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        State().ShouldBe(KnownResourceStates.Finished);
        Snapshot.State!.Style.ShouldBeNull();
        _console.Told.Reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_second_start_is_a_new_object_of_the_same_name_and_old_news_does_not_count()
    {
        await StartAsync();
        var first = await CreatedAsync();
        await News(first, DcpState.Finished, exitCode: 0);
        await ToldAsync();

        await StartAsync();
        var second = await CreatedAsync();
        second.Metadata.Name.ShouldBe(first.Metadata.Name);
        await News(first, DcpState.Finished, exitCode: 0);
        State().ShouldBe(KnownResourceStates.Starting);
        Snapshot.ExitCode.ShouldBeNull();
        await News(second, DcpState.Running);

        State().ShouldBe(KnownResourceStates.Running);
    }

    [Fact]
    public async Task A_start_at_the_very_moment_the_end_is_told_is_not_lost()
    {
        await StartAsync();
        var created = await CreatedAsync();
        Task? restart = null;
        var seen = new TaskCompletionSource();
        _web.WithCommand("probe", "Probe", _ => throw new InvalidOperationException(), new CommandOptions
        {
            // Called while the state is being published, before the run counts as ended.
            UpdateState = context =>
            {
                if (context.ResourceSnapshot.State?.Text == KnownResourceStates.Finished && restart is null)
                {
                    restart = Task.Run(() => StartAsync());
                    seen.SetResult();
                }

                return ResourceCommandState.Enabled;
            },
        });

        await News(created, DcpState.Finished, exitCode: 0);
        await seen.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        await restart!.WaitAsync(s_patience, TestContext.Current.CancellationToken);

        await CreatedAsync();
    }

    [Fact]
    public async Task A_start_while_it_runs_does_nothing()
    {
        await StartAsync();
        await News(await CreatedAsync(), DcpState.Running);

        await StartAsync();

        State().ShouldBe(KnownResourceStates.Running);
        _dcp.Created.Reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task What_the_orchestrator_refuses_can_be_started_again_and_stopped()
    {
        _dcp.Refuse("POST", "executables", "bad spec");
        await StartAsync();

        (await ToldAsync()).ShouldContain("web: was not started: The orchestrator refused POST");
        State().ShouldBe(KnownResourceStates.FailedToStart);
        await _runner.StopAsync(TestContext.Current.CancellationToken).WaitAsync(s_patience, TestContext.Current.CancellationToken);

        _dcp.RefuseNothing();
        _dcp.Created.Reader.TryRead(out _).ShouldBeFalse();
        await Should.NotThrowAsync(StartAsync());
    }

    [Fact]
    public async Task A_callback_that_throws_fails_its_resource_alone()
    {
        _web.WithEnvironment(_ => throw new InvalidOperationException("no such\nsetting"));

        await StartAsync();

        (await ToldAsync()).ShouldBe("web: was not started: no such setting");
        State().ShouldBe(KnownResourceStates.FailedToStart);
        _services.Loggers.Tail(_runner.Id, 1).ShouldHaveSingleItem().Content.ShouldContain("System.InvalidOperationException");
    }

    [Fact]
    public async Task A_dependency_that_failed_is_named()
    {
        var api = _application.AddProgram("api");
        _web.WaitFor(api);
        await _services.Publish(api.Resource, KnownResourceStates.FailedToStart);

        await StartAsync();

        (await ToldAsync()).ShouldBe("web: was not started: Resource 'web' stopped waiting for dependency resource 'api' because it failed to start.");
        State().ShouldBe(KnownResourceStates.FailedToStart);
    }

    [Fact]
    public async Task A_second_start_cuts_the_wait_for_dependencies_short()
    {
        _web.WaitFor(_application.AddProgram("api"));
        var first = StartAsync();
        await _services.Notifications.WaitForResourceAsync("web", KnownResourceStates.Waiting, TestContext.Current.CancellationToken);

        await StartAsync();

        await first.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        await CreatedAsync();
    }

    [Fact]
    public async Task Cancelled_while_it_waits_it_starts_nothing_and_tells_nothing()
    {
        _web.WaitFor(_application.AddProgram("api"));
        using var starting = new CancellationTokenSource();
        var start = _runner.StartAsync(starting.Token);
        await _services.Notifications.WaitForResourceAsync("web", KnownResourceStates.Waiting, TestContext.Current.CancellationToken);

        await starting.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(start);
        await _runner.StopAsync(TestContext.Current.CancellationToken);
        _dcp.Requests.ShouldBeEmpty();
        _console.Told.Reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_port_taken_since_the_application_was_checked_is_named()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        AnApplication.Allocate(_web.WithHttpEndpoint(port, isProxied: false).GetEndpoint("http"), port);

        await StartAsync();

        (await ToldAsync()).ShouldBe($"web: was not started: Port {port}, endpoint 'http' of resource 'web', is in use by another process.");
    }

    [Fact]
    public async Task Secrets_are_marked_in_variables_and_arguments()
    {
        var secret = _application.Builder.AddParameter("secret", "s3", secret: true);
        _web.WithEnvironment("KEY", secret).WithArgs("--key", secret);

        await StartAsync();

        Snapshot.EnvironmentVariables.ShouldHaveSingleItem().IsSensitive.ShouldBeTrue();
        Snapshot.Properties.Single(p => p.Name == KnownProperties.Arguments).IsSensitive.ShouldBeTrue();
    }

    [Fact]
    public async Task Its_process_is_remembered_for_when_the_orchestrator_is_killed()
    {
        await StartAsync();
        await News(await CreatedAsync(), DcpState.Running, pid: Environment.ProcessId);

        (await File.ReadAllTextAsync(_session.File("processes"), TestContext.Current.CancellationToken)).ShouldStartWith($"{Environment.ProcessId} ");
    }

    private CustomResourceSnapshot Snapshot => _services.Current(_web.Resource);

    private string? State() => Snapshot.State?.Text;

    private ResourceRunner Runner(IResourceBuilder<IResource> resource)
    {
        var options = new EngineOptions();
        var context = _application.Builder.ExecutionContext;
        return new ResourceRunner(resource.Resource, new ResourceRunnerServices(
            _dcp.Client, _session, new ResourceConfiguration(context, _services.Loggers), new ExecutableMapping(options),
            new ConsoleLogPump(_services.Loggers, options, NullLoggerFactory.Instance), _services.Notifications, _services.Loggers,
            new DistributedApplicationEventing(), context, _console, new NoServices(), TimeProvider.System, CancellationToken.None));
    }

    private Task StartAsync() => _runner.StartAsync(TestContext.Current.CancellationToken);

    private async Task<DcpExecutable> CreatedAsync() =>
        await _dcp.Created.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(s_patience, TestContext.Current.CancellationToken);

    private async Task<string> ToldAsync() =>
        await _console.Told.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(s_patience, TestContext.Current.CancellationToken);

    private Task News(DcpExecutable executable, string state, int? pid = null, int? exitCode = null) =>
        _runner.OnNewsAsync(executable with { Status = new DcpExecutableStatus { State = state, Pid = pid, ExitCode = exitCode } });

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
