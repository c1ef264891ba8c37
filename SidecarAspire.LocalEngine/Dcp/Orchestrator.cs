using System.Security.Cryptography;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Bundle;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Reporting;
using Aspire.Hosting.Validation;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Dcp;

/// <summary>Runs the application: brings the orchestrator up, hands it the resources, and takes everything down in order.</summary>
internal sealed class Orchestrator(
    DistributedApplicationModel model,
    ModelValidator validator,
    EndpointAllocator endpoints,
    ResourceConfiguration configuration,
    ExecutableMapping mapping,
    ConsoleLogPump pump,
    BundleLocator bundles,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IDistributedApplicationEventing eventing,
    DistributedApplicationExecutionContext executionContext,
    IAppHostReporter reporter,
    IHostApplicationLifetime lifetime,
    IServiceProvider services,
    TimeProvider time) : IHostedService, IDisposable
{
    private static readonly TimeSpan s_stopDeadline = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan s_reconnectDelay = TimeSpan.FromMilliseconds(200);
    private const int ReconnectAttempts = 10;
    private const string SuffixLetters = "abcdefghijkmnpqrstuvwxyz23456789";

    private readonly Lock _stopLock = new();
    private readonly CancellationTokenSource _starting = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<ResourceRunner> _runners = [];
    private readonly List<Task> _work = [];
    private SessionFolder? _session;
    private DcpProcess? _dcp;
    private Task? _stop;

    /// <summary>Whether the orchestrator was lost while the application ran.</summary>
    public bool Failed { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken).ConfigureAwait(false);
        var resources = model.Resources.Where(r => r is IComputeResource).ToArray();
        validator.Validate(resources);
        var bundle = await bundles.FindAsync(cancellationToken).ConfigureAwait(false);
        foreach (var dashboard in resources.OfType<ExecutableResource>().Where(r => r.HasAnnotationOfType<DashboardProgramAnnotation>()))
        {
            dashboard.Annotations.OfType<ExecutableAnnotation>().Last().Command = bundle.DashboardPath;
        }

        _session = SessionFolder.Create();
        _dcp = new DcpProcess(_session, time);
        await _dcp.StartAsync(bundle.DcpPath, cancellationToken).ConfigureAwait(false);
        await endpoints.AllocateAsync(resources, _dcp.Client, cancellationToken).ConfigureAwait(false);

        var shared = new ResourceRunnerServices(
            _dcp.Client, _session, configuration, mapping, pump, notifications, loggers, eventing, executionContext, reporter, services, time, _stopping.Token);
        _runners.AddRange(resources.Select(resource => new ResourceRunner(resource, shared)));
        foreach (var runner in _runners)
        {
            await PrepareAsync(runner, cancellationToken).ConfigureAwait(false);
        }

        // Callbacks of AppHost.cs may ask for addresses, so values are looked at once there are some.
        await validator.ValidateValuesAsync(resources, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        _work.Add(WatchAsync(_dcp.Client));
        _work.AddRange(_runners.Where(r => !r.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>()).Select(r => r.StartAsync(_starting.Token)));
        await eventing.PublishAsync(new AfterResourcesCreatedEvent(services, model), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes everything down; whoever asks, a test beside the app host's own program for one, waits for the same end.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_stopLock)
        {
            return _stop ??= StopCoreAsync();
        }
    }

    public void Dispose()
    {
        _dcp?.Dispose();
        _runners.ForEach(runner => runner.Dispose());
        _starting.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Gives resources the part of their id that tells this run from others.</summary>
    public static void Identify(IResource resource)
    {
        if (!resource.HasAnnotationOfType<ResourceInstanceAnnotation>())
        {
            resource.Annotations.Add(new ResourceInstanceAnnotation(RandomNumberGenerator.GetString(SuffixLetters, 8)));
        }
    }

    private async Task StopCoreAsync()
    {
        await _starting.CancelAsync().ConfigureAwait(false);
        var isUp = _dcp is { IsUp: true } && !Failed;
        if (isUp)
        {
            await StopInOrderAsync().ConfigureAwait(false);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        _session?.RememberOrchestrator();
        if (isUp)
        {
            await _dcp!.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _session?.Reap();
        await Task.WhenAll(_work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _session?.Dispose();
    }

    private async Task PrepareAsync(ResourceRunner runner, CancellationToken cancellationToken)
    {
        var resource = runner.Resource;
        LifecycleCommands.Add(resource, _ => runner.StartAsync(_starting.Token), _ => runner.StopAsync(_stopping.Token));
        await notifications.PublishUpdateAsync(resource, runner.Id, snapshot => snapshot with
        {
            ResourceType = resource is ProjectResource ? "Project" : "Executable",
            State = resource.HasAnnotationOfType<ExplicitStartupAnnotation>() ? KnownResourceStates.NotStarted : KnownResourceStates.Starting,
            CreationTimeStamp = time.GetUtcNow().UtcDateTime,
            IsHidden = resource.HasAnnotationOfType<DashboardProgramAnnotation>(),
            Properties = resource is ProjectResource project
                ? [.. snapshot.Properties, new ResourcePropertySnapshot(KnownProperties.ProjectPath, project.GetProjectMetadata().ProjectPath)]
                : snapshot.Properties,
        }).ConfigureAwait(false);
        await eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services), cancellationToken).ConfigureAwait(false);
    }

    private async Task WatchAsync(DcpClient client)
    {
        var byId = _runners.ToDictionary(r => r.Id);
        var failures = 0;
        while (!_stopping.IsCancellationRequested && failures < ReconnectAttempts)
        {
            try
            {
                // The server closes the stream from time to time, and starts the next one with all there is.
                await foreach (var news in client.WatchExecutablesAsync(_stopping.Token).ConfigureAwait(false))
                {
                    failures = 0;
                    if (news.Type != "DELETED" && byId.TryGetValue(news.Object.Metadata.Name, out var runner))
                    {
                        await runner.OnNewsAsync(news.Object).ConfigureAwait(false);
                    }
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
            {
                failures++;
                await Task.Delay(s_reconnectDelay, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        if (!_stopping.IsCancellationRequested)
        {
            Failed = true;
            reporter.Error("The orchestrator (DCP) is gone; what it ran is being stopped. Start the app host again.");
            lifetime.StopApplication();
        }
    }

    // Those that nobody waits for go first: the sidecar drains while the app still answers.
    private async Task StopInOrderAsync()
    {
        using var deadline = new CancellationTokenSource(s_stopDeadline, time);
        var left = _runners.Where(r => !r.Resource.HasAnnotationOfType<DashboardProgramAnnotation>()).ToList();
        while (left.Count > 0)
        {
            var next = left.Where(r => !left.Any(other => other != r && WaitsFor(other.Resource, r.Resource))).ToArray();
            try
            {
                await Task.WhenAll(next.Select(r => r.EndProcessAsync(deadline.Token))).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or DcpException or HttpRequestException)
            {
                // The orchestrator's own shutdown, which kills what does not end, comes next.
                return;
            }

            left.RemoveAll(next.Contains);
        }
    }

    private static bool WaitsFor(IResource resource, IResource dependency) =>
        resource.Annotations.OfType<WaitAnnotation>().Any(w => w.Resource == dependency);
}
