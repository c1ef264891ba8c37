using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dcp;

/// <summary>Starts, stops and starts again one resource, and turns the orchestrator's news of it into states.</summary>
internal sealed class ResourceRunner(IResource resource, ResourceRunnerServices services) : IDisposable
{
    private static readonly TimeSpan s_outputDeadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(20);
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private CancellationTokenSource? _wait;
    private Run? _run;

    public IResource Resource { get; } = resource;

    /// <summary>The name of the orchestrator's object and of the resource in the dashboard.</summary>
    public string Id { get; } = ResourceInstanceAnnotation.IdOf(resource);

    /// <summary>
    /// Starts the resource once what it waits for lets it, or at once if somebody asks a second time meanwhile;
    /// a failure becomes the resource's state.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _wait, null) is { } wait)
        {
            await wait.CancelAsync().ConfigureAwait(false);
            wait.Dispose();
            return;
        }

        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_run is { HasEnded: false } run)
            {
                if (!run.IsEnding)
                {
                    return;
                }

                await run.Ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            await WaitForDependenciesAsync(cancellationToken).ConfigureAwait(false);
            await PublishAsync(snapshot => snapshot with
            {
                State = KnownResourceStates.Starting,
                ExitCode = null,
                StopTimeStamp = null,
                HealthReports = [.. Resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => new HealthReportSnapshot(a.Key, Status: null, Description: null, ExceptionText: null))],
            }).ConfigureAwait(false);
            await services.Eventing.PublishAsync(new BeforeResourceStartedEvent(Resource, services.Provider), cancellationToken).ConfigureAwait(false);
            RefuseTakenPorts();
            await CreateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            await FailAsync(e).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Asks the resource to end and waits until it has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_run is { HasEnded: false } run)
            {
                run.StopRequested = true;
                await PublishAsync(snapshot => snapshot with { State = KnownResourceStates.Stopping }).ConfigureAwait(false);
                await services.Client.StopExecutableAsync(Id, cancellationToken).ConfigureAwait(false);
                await run.Ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>
    /// Asks the resource to end and waits until its process has. The orchestrator says so about 1.5 s later, when what watches
    /// the process for it has ended too: too late for a shutdown.
    /// </summary>
    public async Task EndProcessAsync(CancellationToken cancellationToken)
    {
        var stopped = StopAsync(cancellationToken);
        if (_run?.Process is { } process)
        {
            await Task.WhenAny(stopped, process.WaitForExitAsync(cancellationToken)).Unwrap().ConfigureAwait(false);
        }
        else
        {
            await stopped.ConfigureAwait(false);
        }
    }

    /// <summary>Takes the orchestrator's news of the resource.</summary>
    public async Task OnNewsAsync(DcpExecutable news)
    {
        if (_run is not { IsEnding: false } run || run.Mark != news.Metadata.Annotations.GetValueOrDefault(ExecutableMapping.RunMark) || news.Status is not { State: { Length: > 0 } state } status)
        {
            return;
        }

        if (status.Pid is { } processId)
        {
            services.Session.Remember(processId);
            run.Process ??= ProcessIdentity.Of(processId);
        }

        if (state != DcpState.Starting)
        {
            run.Pump ??= services.Pump.PumpAsync(services.Client, Resource, Id, run.Output, services.Stopping);
        }

        if (DcpState.IsTerminal(state))
        {
            // Not awaited: its output may take a moment to arrive, and the others' news is not to wait for it.
            _ = EndAsync(run, state, status);
        }
        else if (!run.StopRequested)
        {
            await PublishAsync(snapshot => WithStatus(snapshot, status) with { State = state }).ConfigureAwait(false);
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private static CustomResourceSnapshot WithStatus(CustomResourceSnapshot snapshot, DcpExecutableStatus status) => snapshot with
    {
        Properties = WithProperty(snapshot.Properties, KnownProperties.ProcessId, status.Pid),
        StartTimeStamp = status.StartupTimestamp?.UtcDateTime ?? snapshot.StartTimeStamp,
        Urls = [.. snapshot.Urls.Select(url => url with { IsInactive = status.State != DcpState.Running })],
    };

    private static ImmutableArray<ResourcePropertySnapshot> WithProperty(ImmutableArray<ResourcePropertySnapshot> properties, string name, object? value, bool isSensitive = false) =>
        [.. properties.Where(p => p.Name != name), new ResourcePropertySnapshot(name, value) { IsSensitive = isSensitive }];

    private async Task EndAsync(Run run, string state, DcpExecutableStatus status)
    {
        run.IsEnding = true;
        try
        {
            await (run.Pump ?? Task.CompletedTask).WaitAsync(s_outputDeadline, services.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A grandchild may hold the output open; what was said so far is enough.
        }

        var failed = state is DcpState.FailedToStart or DcpState.NotFound or DcpState.Unknown;
        var exitCode = status.ExitCode;
        var isExpected = run.StopRequested || Resource.Annotations.OfType<ExpectedExitAnnotation>().Any(expected => expected.ExitCode == exitCode);
        await PublishAsync(snapshot => WithStatus(snapshot, status) with
        {
            State = failed ? KnownResourceStates.FailedToStart : new ResourceStateSnapshot(
                KnownResourceStates.Finished, isExpected || exitCode is 0 ? null : KnownResourceStateStyles.Error),
            ExitCode = exitCode,
            StopTimeStamp = (status.FinishTimestamp ?? services.Time.GetUtcNow()).UtcDateTime,
        }).ConfigureAwait(false);
        if (failed)
        {
            services.Reporter.ResourceFailed(Resource.Name, $"could not be started: {run.Output.System ?? $"'{services.Mapping.Program(Resource).Command}' cannot be run"}", []);
        }
        else if (!isExpected)
        {
            services.Reporter.ResourceFailed(Resource.Name, $"ended with exit code {exitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"}", run.Output.Lines);
        }

        run.Ended.TrySetResult();
    }

    private async Task WaitForDependenciesAsync(CancellationToken cancellationToken)
    {
        var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _wait = wait;
        try
        {
            await services.Notifications.WaitForDependenciesAsync(Resource, wait.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody wants it started all the same.
        }
        finally
        {
            // Whoever takes the source disposes of it: here, or a start that cuts the wait short.
            Interlocked.Exchange(ref _wait, null)?.Dispose();
        }
    }

    private void RefuseTakenPorts()
    {
        foreach (var endpoint in Resource.Annotations.OfType<EndpointAnnotation>().Where(e => !e.IsProxied))
        {
            if (endpoint.AllocatedEndpoint is { } allocated && !LocalPorts.IsFree(allocated.Port))
            {
                throw new DistributedApplicationException($"Port {allocated.Port}, endpoint '{endpoint.Name}' of resource '{Resource.Name}', is in use by another process.");
            }
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var configuration = await services.Configuration.ResolveAsync(Resource, cancellationToken).ConfigureAwait(false);
        var executable = services.Mapping.ToExecutable(Resource, Id, configuration);
        var urls = await ResourceUrls.OfAsync(Resource, services.ExecutionContext, cancellationToken).ConfigureAwait(false);
        await PublishAsync(snapshot => snapshot with
        {
            Urls = [.. urls.Select(url => url with { IsInactive = true })],
            EnvironmentVariables = [.. configuration.Variables.Select(v => new EnvironmentVariableSnapshot(v.Name, v.Value, IsFromSpec: true) { IsSensitive = configuration.SecretVariables.Contains(v.Name) })],
            Properties = WithProperty(
                WithProperty(
                    WithProperty(snapshot.Properties, KnownProperties.ExecutablePath, executable.Spec.ExecutablePath),
                    KnownProperties.WorkingDirectory, executable.Spec.WorkingDirectory),
                KnownProperties.Arguments, executable.Spec.Args.ToImmutableArray(), configuration.HasSecretArguments),
        }).ConfigureAwait(false);
        if (_run is not null)
        {
            await DeleteAsync(cancellationToken).ConfigureAwait(false);
        }

        var run = _run = new Run(executable.Metadata.Annotations[ExecutableMapping.RunMark]);
        try
        {
            await services.Client.CreateAsync(executable, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DcpException or HttpRequestException)
        {
            // A run that never began sends no news of its end.
            run.Ended.TrySetResult();
            throw;
        }
    }

    // The orchestrator starts an object once, so a second start is a second object of the same name.
    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        await services.Client.DeleteExecutableAsync(Id, cancellationToken).ConfigureAwait(false);
        while (await services.Client.ExecutableExistsAsync(Id, cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(s_pollInterval, services.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FailAsync(Exception e)
    {
        // What a callback of AppHost.cs throws is told whole, but in the resource's log.
        var whole = e is DistributedApplicationException ? e.Message : e.ToString();
        services.Loggers.Append(Id, whole, isError: true, services.Time.GetUtcNow());
        services.Reporter.ResourceFailed(Resource.Name, $"was not started: {e.Message.ReplaceLineEndings(" ")}", []);
        await PublishAsync(snapshot => snapshot with { State = KnownResourceStates.FailedToStart, StopTimeStamp = services.Time.GetUtcNow().UtcDateTime }).ConfigureAwait(false);
    }

    private Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        services.Notifications.PublishUpdateAsync(Resource, Id, change);

    /// <summary>One life of the resource's process.</summary>
    /// <param name="mark">What tells the orchestrator's object for it from the one before, which has the same name.</param>
    private sealed class Run(string mark)
    {
        public string Mark { get; } = mark;

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool HasEnded => Ended.Task.IsCompleted;

        /// <summary>Whether the process has ended, though its last output may still be on the way.</summary>
        public bool IsEnding { get; set; }

        public bool StopRequested { get; set; }

        public ProcessIdentity? Process { get; set; }

        public LastOutput Output { get; } = new();

        public Task? Pump { get; set; }
    }
}
