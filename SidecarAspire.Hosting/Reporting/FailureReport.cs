using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.Hosting.Reporting;

/// <summary>
/// Names on the app host's console, a line each, what otherwise only the dashboard shows: resources that fail, with their last words and
/// those that do not start without them, and resources that wait.
/// </summary>
internal sealed partial class FailureReport(
    ResourceNotificationService notifications,
    ResourceLoggerService outputs,
    IHostApplicationLifetime lifetime,
    ExplainedEnd end,
    TimeProvider time,
    ILogger<FailureReport> logger) : IDistributedApplicationEventingSubscriber
{
    /// <summary>How long a resource may wait until that is worth a line.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const string Dashboard = "aspire-dashboard";
    private static readonly string[] s_ended = [KnownResourceStates.Finished, KnownResourceStates.Exited];

    private readonly ConcurrentDictionary<IResource, ResourceEvent> _latest = [];
    private readonly ConcurrentDictionary<string, IResource> _waiting = [];
    private readonly HashSet<string> _failed = [];
    // Those that waited and have been let go: a failure of what they waited for no longer holds them up.
    private readonly HashSet<IResource> _released = [];

    /// <summary>Adds it to an app host, once.</summary>
    public static void AddTo(IServiceCollection services)
    {
        ExplainedEnd.AddTo(services);
        services.TryAddEventingSubscriber<FailureReport>();
    }

    /// <inheritdoc />
    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        if (executionContext.IsRunMode)
        {
            end.Lifetime = lifetime;
            // Not later, as a hosted service would: the orchestrator's start lasts as long as something waits.
            eventing.Subscribe<BeforeStartEvent>((start, _) =>
            {
                Begin(start.Model);
                return Task.CompletedTask;
            });
        }

        return Task.CompletedTask;
    }

    private void Begin(DistributedApplicationModel model)
    {
        foreach (var circle in WaitGraph.Circles(model))
        {
            var names = string.Join(" waits for ", circle.Select(resource => $"'{resource.Name}'"));
            LogCircle(names);
        }

        foreach (var (resource, endpoint) in TakenPorts.Of(model))
        {
            if (resource.Name == Dashboard)
            {
                var setting = TakenPorts.SettingOf(endpoint);
                LogTakenDashboardPort(endpoint.Port, endpoint.Name, setting);
                Environment.ExitCode = 1;
                lifetime.StopApplication();
            }
            else
            {
                LogTakenPort(endpoint.Port, endpoint.Name, resource.Name);
            }
        }

        _ = WatchAsync(model);
    }

    private async Task WatchAsync(DistributedApplicationModel model)
    {
        var stopping = lifetime.ApplicationStopping;
        try
        {
            await foreach (var change in notifications.WatchAsync(stopping).ConfigureAwait(false))
            {
                await FollowAsync(model, change, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task FollowAsync(DistributedApplicationModel model, ResourceEvent change, CancellationToken stopping)
    {
        var state = change.Snapshot.State?.Text;
        _latest[change.Resource] = change;
        FollowWait(change, state, stopping);
        if (state != KnownResourceStates.FailedToStart && !(s_ended.Contains(state) && change.Snapshot.ExitCode is not (null or 0)))
        {
            if (!string.IsNullOrEmpty(state))
            {
                _failed.Remove(change.ResourceId);
            }

            return;
        }

        // Said already; one that Aspire does not start without a dependency is named with that.
        if (!_failed.Add(change.ResourceId) || (state == KnownResourceStates.FailedToStart && WaitGraph.DependenciesOf(change.Resource).Any(HasFailed)))
        {
            return;
        }

        var words = await LastWords.OfAsync(outputs, change.ResourceId, stopping).ConfigureAwait(false);
        var what = state == KnownResourceStates.FailedToStart ? "failed to start" : $"ended with exit code {change.Snapshot.ExitCode}";
        var held = WaitGraph.DependantsOf(model, change.Resource).Where(resource => !_released.Contains(resource)).ToArray();
        LogFailure(change.Resource.Name, what, words.Length == 0 ? string.Empty : $": {words}", held.Length switch
        {
            0 => string.Empty,
            1 => $"; {Names(held)} does not start without it",
            _ => $"; {Names(held)} do not start without it",
        });
    }

    private void FollowWait(ResourceEvent change, string? state, CancellationToken stopping)
    {
        if (state == KnownResourceStates.Waiting)
        {
            _released.Remove(change.Resource);
            if (_waiting.TryAdd(change.ResourceId, change.Resource))
            {
                _ = RemindAsync(change.ResourceId, change.Resource, stopping);
                // Not before: what registers last is called first, and the host must not have ended by then.
                stopping.Register(() => SayIfWaiting(change.ResourceId));
            }
        }
        else if (_waiting.TryRemove(change.ResourceId, out _) ? state != KnownResourceStates.FailedToStart : state == KnownResourceStates.Running)
        {
            _released.Add(change.Resource);
        }
    }

    private void SayIfWaiting(string id)
    {
        if (_waiting.TryRemove(id, out var resource))
        {
            var dependencies = Names(WaitGraph.DependenciesOf(resource));
            LogStoppedWhileWaiting(resource.Name, dependencies);
        }
    }

    private async Task RemindAsync(string id, IResource resource, CancellationToken stopping)
    {
        await Task.Delay(Patience, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stopping.IsCancellationRequested || !_waiting.ContainsKey(id))
        {
            return;
        }

        foreach (var dependency in WaitGraph.DependenciesOf(resource))
        {
            if (_latest.TryGetValue(dependency, out var now) && now.Snapshot.State?.Text == KnownResourceStates.Running && Illness.Of(now) is { } illness)
            {
                LogStillWaiting(resource.Name, dependency.Name, illness);
            }
        }
    }

    private bool HasFailed(IResource resource) => _latest.TryGetValue(resource, out var now) && _failed.Contains(now.ResourceId);

    private static string Names(IEnumerable<IResource> resources) => string.Join(" and ", resources.Select(resource => $"'{resource.Name}'"));

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "'{Resource}' {What}{LastWords}{Held}")]
    private partial void LogFailure(string resource, string what, string lastWords, string held);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Circular WaitFor: {Circle}; none of them can start.")]
    private partial void LogCircle(string circle);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "Port {Port}, endpoint '{Endpoint}' of '{Resource}', is in use by another process; free it, or give the endpoint another port.")]
    private partial void LogTakenPort(int? port, string endpoint, string resource);

    [LoggerMessage(EventId = 4, Level = LogLevel.Critical, Message = "Port {Port}, endpoint '{Endpoint}' of the dashboard, is in use by another process; free it, or set {Setting} to another address.")]
    private partial void LogTakenDashboardPort(int? port, string endpoint, string setting);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "'{Resource}' still waits for '{Dependency}', which runs but is not healthy: {Illness}")]
    private partial void LogStillWaiting(string resource, string dependency, string illness);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "Stopped while '{Resource}' waited for {Dependencies}.")]
    private partial void LogStoppedWhileWaiting(string resource, string dependencies);
}
