using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

public sealed class ResourceFailureTests : IDisposable
{
    private readonly ResourceRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_job_that_ends_as_those_who_wait_for_it_expect_is_not_told_as_a_failure(int exitCode)
    {
        _run.Application.AddProgram("site").WaitForCompletion(_run.Web, exitCode);
        await _run.StartAsync();

        await _run.News(await _run.CreatedAsync(), DcpState.Finished, exitCode: exitCode);
        await _run.Services.Notifications.WaitForResourceAsync("web", KnownResourceStates.Finished, TestContext.Current.CancellationToken);
        _run.Snapshot.State!.Style.ShouldBeNull();

        // The second life's failure is the first thing that is told.
        await _run.StartAsync();
        await _run.News(await _run.CreatedAsync(), DcpState.Finished, exitCode: 9);
        (await _run.ToldAsync()).ShouldBe("web: ended with exit code 9");
    }

    [Fact]
    public async Task A_job_that_ends_otherwise_than_expected_is_a_failure()
    {
        _run.Application.AddProgram("site").WaitForCompletion(_run.Web);
        await _run.StartAsync();

        await _run.News(await _run.CreatedAsync(), DcpState.Finished, exitCode: 1);

        (await _run.ToldAsync()).ShouldBe("web: ended with exit code 1");
    }

    [Fact]
    public async Task What_it_last_printed_explains_a_failure()
    {
        _run.Dcp.Output["stderr"] = "2026-11-21T05:00:00Z out of memory\n";
        await _run.StartAsync();
        await _run.News(await _run.CreatedAsync(), DcpState.Finished, exitCode: 1);

        (await _run.ToldAsync()).ShouldBe("web: ended with exit code 1 | out of memory");
    }

    [Fact]
    public async Task What_the_orchestrator_says_explains_a_start_that_failed()
    {
        _run.Dcp.Output["system"] = "2026-11-21T05:00:00Z permission denied\n";
        await _run.StartAsync();
        await _run.News(await _run.CreatedAsync(), DcpState.FailedToStart);

        (await _run.ToldAsync()).ShouldBe("web: could not be started: permission denied");
        _run.State().ShouldBe(KnownResourceStates.FailedToStart);
    }

    [Fact]
    public async Task What_the_orchestrator_refuses_can_be_started_again_and_stopped()
    {
        _run.Dcp.Refuse("POST", "executables", "bad spec");
        await _run.StartAsync();

        (await _run.ToldAsync()).ShouldContain("web: was not started: The orchestrator refused POST");
        _run.State().ShouldBe(KnownResourceStates.FailedToStart);
        await _run.Runner.StopAsync(TestContext.Current.CancellationToken).WaitAsync(ResourceRun.Patience, TestContext.Current.CancellationToken);

        _run.Dcp.RefuseNothing();
        _run.Dcp.Created.Reader.TryRead(out _).ShouldBeFalse();
        await Should.NotThrowAsync(_run.StartAsync());
    }

    [Fact]
    public async Task A_callback_that_throws_fails_its_resource_alone()
    {
        _run.Web.WithEnvironment(_ => throw new InvalidOperationException("no such\nsetting"));

        await _run.StartAsync();

        (await _run.ToldAsync()).ShouldBe("web: was not started: no such setting");
        _run.State().ShouldBe(KnownResourceStates.FailedToStart);
        _run.Services.Loggers.Tail(_run.Runner.Id, 1).ShouldHaveSingleItem().Content.ShouldContain("System.InvalidOperationException");
    }

    [Fact]
    public async Task A_dependency_that_failed_is_named()
    {
        var api = _run.Application.AddProgram("api");
        _run.Web.WaitFor(api);
        await _run.Services.Publish(api.Resource, KnownResourceStates.FailedToStart);

        await _run.StartAsync();

        (await _run.ToldAsync()).ShouldBe("web: was not started: Resource 'web' stopped waiting for dependency resource 'api' because it failed to start.");
        _run.State().ShouldBe(KnownResourceStates.FailedToStart);
    }

    [Fact]
    public async Task A_port_taken_since_the_application_was_checked_is_named()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        AnApplication.Allocate(_run.Web.WithHttpEndpoint(port, isProxied: false).GetEndpoint("http"), port);

        await _run.StartAsync();

        (await _run.ToldAsync()).ShouldBe($"web: was not started: Port {port}, endpoint 'http' of resource 'web', is in use by another process.");
    }
}
