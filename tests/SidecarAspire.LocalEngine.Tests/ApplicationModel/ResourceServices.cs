using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

/// <summary>The services that keep states, output and commands, with shorthands for tests.</summary>
internal sealed class ResourceServices : IDisposable
{
    private readonly ServiceProvider _provider;

    public ResourceServices(WaitBehavior? defaultWaitBehavior = null, TimeProvider? time = null)
    {
        var services = new ServiceCollection();
        if (defaultWaitBehavior is { } behavior)
        {
            services.Configure<ResourceNotificationServiceOptions>(options => options.DefaultWaitBehavior = behavior);
        }

        _provider = services.BuildServiceProvider();
        Loggers = new() { TimeProvider = time ?? TimeProvider.System };
        Notifications = new(NullLogger<ResourceNotificationService>.Instance, new Lifetime(), _provider, Loggers);
        Commands = new(Notifications, Loggers, _provider);
    }

    public ResourceLoggerService Loggers { get; }

    public ResourceNotificationService Notifications { get; }

    public ResourceCommandService Commands { get; }

    public Task Publish(IResource resource, ResourceStateSnapshot? state, int? exitCode = null, params HealthReportSnapshot[] reports) =>
        Notifications.PublishUpdateAsync(resource, snapshot => snapshot with { State = state, ExitCode = exitCode, HealthReports = [.. reports] });

    public CustomResourceSnapshot Current(IResource resource)
    {
        Notifications.TryGetCurrentState(resource.Name, out var state).ShouldBeTrue();
        return state.Snapshot;
    }

    public void Dispose()
    {
        Notifications.Dispose();
        Loggers.Dispose();
        _provider.Dispose();
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}
