using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Reporting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SidecarAspire.LocalEngine.Tests.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.Reporting;

public sealed class StartupReportTests : IDisposable
{
    private readonly AnApplication _application = new();
    private readonly ResourceServices _services = new();
    private readonly RecordingReporter _console = new();

    public void Dispose()
    {
        _services.Dispose();
        _application.Dispose();
    }

    [Fact]
    public async Task The_resources_are_shown_once_each_is_up_has_ended_or_waits_to_be_started()
    {
        var (web, job, manual, failed, hidden) = (Add("web"), Add("job"), Add("manual"), Add("failed"), Add("hidden"));
        web.WaitForCompletion(job);
        using var report = await StartAsync();

        await Publish(manual, KnownResourceStates.NotStarted);
        await Publish(failed, KnownResourceStates.FailedToStart);
        await Publish(job, KnownResourceStates.Running);
        await Publish(hidden, KnownResourceStates.Running, isHidden: true);
        await Publish(web, KnownResourceStates.Running, "http://localhost:5000");
        _console.Told.Reader.TryRead(out _).ShouldBeFalse();
        await Publish(job, KnownResourceStates.Finished);

        (await ToldAsync()).ShouldBe("web Running http://localhost:5000; job Finished; manual NotStarted; failed FailedToStart");
        (await ToldAsync()).ShouldBe("Press Ctrl+C to shut down.");
    }

    [Fact]
    public async Task What_takes_long_is_named_with_the_reason()
    {
        var (web, _) = (Add("web"), Add("job"));
        await _services.Publish(web.Resource, KnownResourceStates.Running, null, new HealthReportSnapshot("check", HealthStatus.Unhealthy, "GET http://localhost:1/ failed: refused.", null));
        using var report = await StartAsync(new HastyClock());

        (await ToldAsync()).ShouldBe("Still waiting for 'web' (Running: GET http://localhost:1/ failed: refused), 'job' (unknown).");
    }

    [Fact]
    public async Task The_shutdown_is_told_once()
    {
        Add("web");
        var report = await StartAsync();

        await report.StopAsync(TestContext.Current.CancellationToken);
        await report.StopAsync(TestContext.Current.CancellationToken);

        (await ToldAsync()).ShouldBe("stopping");
        _console.Told.Reader.TryRead(out var _).ShouldBeFalse();
        report.Dispose();
    }

    private IResourceBuilder<ExecutableResource> Add(string name) => _application.AddProgram(name);

    private async Task<StartupReport> StartAsync(TimeProvider? time = null)
    {
        var report = new StartupReport(new DistributedApplicationModel(_application.Builder.Resources), _services.Notifications, _console, time ?? TimeProvider.System);
        await report.StartAsync(TestContext.Current.CancellationToken);
        return report;
    }

    private Task Publish(IResourceBuilder<IResource> resource, string state, string? url = null, bool isHidden = false) =>
        _services.Notifications.PublishUpdateAsync(resource.Resource, snapshot => snapshot with
        {
            State = state,
            IsHidden = isHidden,
            Urls = url is null ? [] : [new UrlSnapshot("http", url, IsInternal: false), new UrlSnapshot("admin", "http://internal", IsInternal: true)],
        });

    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    private async Task<string> ToldAsync() =>
        await _console.Told.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
}
