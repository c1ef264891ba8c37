using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Keeps the state of every resource and tells whoever wants to know about it.</summary>
public partial class ResourceNotificationService : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ChannelWriter<ResourceEvent>> _watchers = [];
    private readonly CancellationTokenSource _disposing = new();
    private readonly ILogger<ResourceNotificationService> _logger;
    private readonly IServiceProvider _serviceProvider;
    private readonly ResourceLoggerService _resourceLoggerService;
    private readonly WaitBehavior _defaultWaitBehavior;

    /// <summary>Starts without any state.</summary>
    /// <param name="logger">Logs changes of state.</param>
    /// <param name="hostApplicationLifetime">Not used: waits end when the service is disposed.</param>
    /// <param name="serviceProvider">Handed to the commands.</param>
    /// <param name="resourceLoggerService">Where a resource that waits says so.</param>
    public ResourceNotificationService(
        ILogger<ResourceNotificationService> logger,
        IHostApplicationLifetime hostApplicationLifetime,
        IServiceProvider serviceProvider,
        ResourceLoggerService resourceLoggerService)
    {
        _logger = logger;
        _serviceProvider = serviceProvider;
        _resourceLoggerService = resourceLoggerService;
        _defaultWaitBehavior = serviceProvider.GetService<IOptions<ResourceNotificationServiceOptions>>()?.Value.DefaultWaitBehavior
            ?? WaitBehavior.StopOnResourceUnavailable;
    }

    /// <summary>Ends all waits and watches.</summary>
    public void Dispose()
    {
        _disposing.Cancel();
        GC.SuppressFinalize(this);
    }

    /// <summary>Changes the state of a resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="stateFactory">Makes the new state of the old one; called under a lock, so it must not block.</param>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory) =>
        PublishUpdateAsync(resource, ResourceInstanceAnnotation.IdOf(resource), stateFactory);

    /// <summary>Changes the state of one instance of a resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="resourceId">The instance.</param>
    /// <param name="stateFactory">Makes the new state of the old one; called under a lock, so it must not block.</param>
    /// <exception cref="InvalidOperationException">The id belongs to another resource.</exception>
    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_lock)
        {
            var known = _current.GetValueOrDefault(resourceId);
            if (known is not null && known.Resource != resource)
            {
                throw new InvalidOperationException($"The id '{resourceId}' belongs to resource '{known.Resource.Name}', not to '{resource.Name}'.");
            }

            var snapshot = WithCommands(resource, stateFactory(known?.Snapshot ?? InitialSnapshot(resource)));
            var news = new ResourceEvent(resource, resourceId, snapshot);
            _current[resourceId] = news;
            foreach (var watcher in _watchers)
            {
                watcher.TryWrite(news);
            }

            if (snapshot.State?.Text is { Length: > 0 } state && state != known?.Snapshot.State?.Text)
            {
                LogState(resourceId, state);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The current state of every resource, then every change, until cancelled.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        using var subscription = Subscribe();
        foreach (var state in subscription.Current)
        {
            yield return state;
        }

        await foreach (var news in subscription.Changes.ReadAllAsync(stop.Token))
        {
            yield return news;
        }
    }

    /// <summary>The current states and, apart from them, whatever changes from now on.</summary>
    internal ResourceSubscription Subscribe()
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>(new() { SingleReader = true });
        lock (_lock)
        {
            _watchers.Add(channel.Writer);
            return new([.. _current.Values], channel.Reader, () => Unsubscribe(channel.Writer));
        }
    }

    /// <summary>The current state of a resource.</summary>
    /// <param name="resourceId">The id of an instance, or the name of the resource.</param>
    /// <param name="resourceEvent">The state, when there is one.</param>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_lock)
        {
            resourceEvent = _current.GetValueOrDefault(resourceId)
                ?? _current.Values.FirstOrDefault(state => IsNamed(state, resourceId));
            return resourceEvent is not null;
        }
    }

    /// <summary>Waits until a resource is in a state.</summary>
    /// <param name="resourceName">The resource.</param>
    /// <param name="targetState">The state; <see cref="KnownResourceStates.Running"/> by default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [string.IsNullOrEmpty(targetState) ? KnownResourceStates.Running : targetState], cancellationToken);

    /// <summary>Waits until a resource is in one of several states.</summary>
    /// <returns>The state it is in.</returns>
    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var states = targetStates.ToArray();
        var news = await WaitAsync(
            resourceName,
            state => state.Snapshot.State is { } current && states.Contains(current.Text, StringComparer.OrdinalIgnoreCase),
            $"enter the state '{string.Join("' or '", states)}'",
            cancellationToken);
        return news.Snapshot.State!.Text;
    }

    /// <summary>Waits until a resource is as a predicate wants it.</summary>
    /// <returns>The state that satisfied the predicate.</returns>
    public Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default) =>
        WaitAsync(resourceName, predicate, "satisfy the predicate", cancellationToken);

    /// <summary>Waits until a resource runs and all its health checks pass.</summary>
    /// <exception cref="DistributedApplicationException">It failed or ended, and the default behaviour is to give up then.</exception>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, _defaultWaitBehavior, cancellationToken);

    /// <summary>Waits until a resource runs and all its health checks pass.</summary>
    /// <exception cref="DistributedApplicationException">It failed or ended, and <paramref name="waitBehavior"/> is to give up then.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var stopWhenUnavailable = waitBehavior == WaitBehavior.StopOnResourceUnavailable;
        var news = await WaitAsync(
            resourceName,
            state => state.Snapshot.HealthStatus == HealthStatus.Healthy || (stopWhenUnavailable && IsUnavailable(state.Snapshot.State?.Text)),
            "become healthy",
            cancellationToken);
        return news.Snapshot.HealthStatus == HealthStatus.Healthy
            ? news
            : throw new DistributedApplicationException(
                $"Stopped waiting for resource '{resourceName}' to become healthy because it is in the state '{news.Snapshot.State?.Text}'.");
    }

    /// <summary>Waits for whatever a resource has to wait for before it is started; until then its state is <see cref="KnownResourceStates.Waiting"/>.</summary>
    /// <exception cref="DistributedApplicationException">What it waits for failed, so that it cannot be started.</exception>
    public async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().ToArray();
        if (waits.Length == 0)
        {
            return;
        }

        await PublishUpdateAsync(resource, snapshot => snapshot with { State = KnownResourceStates.Waiting });
        using var firstFailure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await foreach (var wait in Task.WhenEach(waits.Select(wait => WaitForDependencyAsync(resource, wait, firstFailure.Token))))
            {
                await wait;
            }
        }
        finally
        {
            await firstFailure.CancelAsync();
        }
    }

    private void Unsubscribe(ChannelWriter<ResourceEvent> watcher)
    {
        lock (_lock)
        {
            _watchers.Remove(watcher);
        }
    }

    private static bool IsNamed(ResourceEvent state, string name) => string.Equals(state.Resource.Name, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsUnavailable(string? state) =>
        state is not null && (KnownResourceStates.TerminalStates.Contains(state) || state == KnownResourceStates.RuntimeUnhealthy);

    private static CustomResourceSnapshot InitialSnapshot(IResource resource) =>
        resource.Annotations.OfType<ResourceSnapshotAnnotation>().LastOrDefault()?.InitialSnapshot ?? new()
        {
            ResourceType = resource.GetType().Name,
            Properties = [],
            Relationships = [.. resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(r => new RelationshipSnapshot(r.Resource.Name, r.Type))],
        };

    private CustomResourceSnapshot WithCommands(IResource resource, CustomResourceSnapshot snapshot)
    {
        var commands = resource.Annotations.OfType<ResourceCommandAnnotation>().ToArray();
        if (commands.Length == 0)
        {
            return snapshot;
        }

        var context = new UpdateCommandStateContext { ResourceSnapshot = snapshot, ServiceProvider = _serviceProvider };
        var own = commands.Select(c => new ResourceCommandSnapshot(
            c.Name, StateOf(c, context), c.DisplayName, c.DisplayDescription, c.Parameter, c.ConfirmationMessage, c.IconName, c.IconVariant, c.IsHighlighted));
        var others = snapshot.Commands.Where(known => !commands.Any(c => c.Name == known.Name));
        return snapshot with { Commands = [.. own, .. others] };
    }

    // A callback of AppHost.cs that throws must not keep the resource's state from being known.
    private ResourceCommandState StateOf(ResourceCommandAnnotation command, UpdateCommandStateContext context)
    {
        try
        {
            return command.UpdateState(context);
        }
        catch (Exception e)
        {
            LogCommandState(_logger, e, command.Name);
            return ResourceCommandState.Disabled;
        }
    }

    private async Task WaitForDependencyAsync(IResource resource, WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var log = _resourceLoggerService.GetLogger(resource);
        var dependency = wait.Resource.Name;
        LogWaiting(log, dependency, wait.WaitType);
        var news = await WaitAsync(dependency, state => DependencyVerdict.Of(wait, state.Snapshot).IsOver, $"let '{resource.Name}' start", cancellationToken);
        if (DependencyVerdict.Of(wait, news.Snapshot).Problem is { } problem)
        {
            LogGaveUp(log, dependency, problem);
            throw new DistributedApplicationException($"Resource '{resource.Name}' stopped waiting for dependency resource '{dependency}' because {problem}.");
        }

        LogWaited(log, dependency);
    }

    private async Task<ResourceEvent> WaitAsync(string resourceName, Func<ResourceEvent, bool> predicate, string aim, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var news in WatchAsync(cancellationToken))
            {
                if (IsNamed(news, resourceName) && predicate(news))
                {
                    return news;
                }
            }
        }
        catch (OperationCanceledException ex)
        {
            throw new OperationCanceledException($"Resource '{resourceName}' did not {aim} before the wait was cancelled; {Describe(resourceName)}.", ex, ex.CancellationToken);
        }

        throw new InvalidOperationException("A watch only ends by cancellation.");
    }

    private string Describe(string resourceName)
    {
        if (!TryGetCurrentState(resourceName, out var current))
        {
            return "nothing is known about it";
        }

        var snapshot = current.Snapshot;
        var exit = snapshot.ExitCode is { } code ? $", exit code {code}" : "";
        var failing = snapshot.HealthReports.Where(report => report.Status != HealthStatus.Healthy)
            .Select(report => $", health check '{report.Name}': {report.Status?.ToString() ?? "not run yet"} {report.Description}".TrimEnd());
        return $"its state is '{snapshot.State?.Text ?? "unknown"}'{exit}{string.Concat(failing)}";
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Resource {Resource} is now {State}")]
    private partial void LogState(string resource, string state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether command '{Command}' is available cannot be told.")]
    private static partial void LogCommandState(ILogger log, Exception exception, string command);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for resource '{Dependency}' ({Condition}).")]
    private static partial void LogWaiting(ILogger log, string dependency, WaitType condition);

    [LoggerMessage(Level = LogLevel.Information, Message = "Finished waiting for resource '{Dependency}'.")]
    private static partial void LogWaited(ILogger log, string dependency);

    [LoggerMessage(Level = LogLevel.Error, Message = "Stopped waiting for resource '{Dependency}' because {Problem}.")]
    private static partial void LogGaveUp(ILogger log, string dependency, string problem);
}
