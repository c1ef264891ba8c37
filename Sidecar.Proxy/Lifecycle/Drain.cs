using Microsoft.AspNetCore.Hosting.Server;
using Sidecar.Proxy.Server;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// Ends the traffic without losing a request: not ready at once, new requests served for a while, then the port closes and the
/// requests in flight finish.
/// </summary>
/// <param name="listener">The traffic port.</param>
/// <param name="connections">The connections to it.</param>
/// <param name="server">The server both belong to.</param>
/// <param name="settings">The configuration.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where its steps are logged.</param>
public sealed partial class Drain(TrafficListener listener, TrafficConnections connections, IServer server, SidecarSettings settings, TimeProvider time, ILogger<Drain> logger)
    : IDisposable
{
    // Of DrainTimeout: what a WebSocket gets to answer a close frame.
    private const double FarewellShare = 0.05;

    private readonly CancellationTokenSource _farewell = new();
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private volatile bool _isDraining;
    private long _begun;
    private int _runs;

    /// <summary>Whether the sidecar is on its way out; it is not ready then.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Fires when requests have run out of time: what can take its leave does so now.</summary>
    public CancellationToken Farewell => _farewell.Token;

    /// <summary>Completes when no request is left; not before a drain has begun.</summary>
    public Task Completed => _completed.Task;

    /// <summary>How much of <see cref="LifecycleOptions.DrainTimeout"/> is left; all of it before the drain begins.</summary>
    public TimeSpan TimeLeft => Until(1);

    /// <summary>How much time there is until a share of <see cref="LifecycleOptions.DrainTimeout"/> has passed.</summary>
    /// <param name="share">The share, from 0 to 1.</param>
    /// <returns>The time, or zero when it has passed.</returns>
    public TimeSpan Until(double share)
    {
        var left = (settings.Current.Lifecycle.DrainTimeout * share) - (_isDraining ? time.GetElapsedTime(_begun) : TimeSpan.Zero);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Fails readiness from now on. The first call counts.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_isDraining)
                return;
            _begun = time.GetTimestamp();
            _isDraining = true;
        }
    }

    /// <summary>Drains, once.</summary>
    /// <param name="appGone">Fires when the application is gone and there is nothing to wait for.</param>
    /// <param name="giveUp">Cuts off what is left.</param>
    /// <returns>When no connection is left.</returns>
    public async Task RunAsync(CancellationToken appGone, CancellationToken giveUp)
    {
        if (Interlocked.Increment(ref _runs) > 1)
            return;
        try
        {
            await DrainAsync(appGone, giveUp);
        }
        finally
        {
            _completed.TrySetResult();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _farewell.Dispose();

    private async Task DrainAsync(CancellationToken appGone, CancellationToken giveUp)
    {
        var options = settings.Current.Lifecycle;
        Begin();
        var delay = appGone.IsCancellationRequested ? TimeSpan.Zero : options.DrainDelay;
        var served = Duration.Format(delay);
        Begun(logger, served, connections.Count);
        await PauseAsync(delay, appGone, giveUp);

        await listener.CloseAsync(server);
        var closed = connections.CloseAsync();
        var finished = await IsDoneAsync(closed, options.RequestTimeout - time.GetElapsedTime(_begun), giveUp);
        if (!finished)
        {
            await _farewell.CancelAsync();
            finished = await IsDoneAsync(closed, options.DrainTimeout * FarewellShare, giveUp);
        }

        if (finished)
        {
            var duration = Duration.FormatMeasured(time.GetElapsedTime(_begun));
            Done(logger, duration);
            return;
        }

        var timeout = Duration.Format(options.RequestTimeout);
        CutOff(logger, connections.Count, timeout);
        connections.Abort();
        // Their last records are still to be written.
        await IsDoneAsync(closed, options.DrainTimeout * FarewellShare, giveUp);
    }

    private async Task PauseAsync(TimeSpan delay, CancellationToken appGone, CancellationToken giveUp)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(appGone, giveUp);
        await Task.Delay(delay, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<bool> IsDoneAsync(Task closed, TimeSpan timeout, CancellationToken giveUp)
    {
        try
        {
            await closed.WaitAsync(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, time, giveUp);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(EventId = 1, EventName = "DrainBegun", Level = LogLevel.Information, Message = "Draining: not ready, new requests served for {Delay}; {Connections} connections are open")]
    private static partial void Begun(ILogger logger, string delay, int connections);

    [LoggerMessage(EventId = 2, EventName = "Drained", Level = LogLevel.Information, Message = "Drained after {Duration}, no request cut off")]
    private static partial void Done(ILogger logger, string duration);

    [LoggerMessage(EventId = 3, EventName = "DrainCutOff", Level = LogLevel.Warning, Message = "{Connections} connections cut off: their requests did not end within {Timeout} of the drain's start")]
    private static partial void CutOff(ILogger logger, int connections, string timeout);
}
