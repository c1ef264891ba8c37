using System.Runtime.InteropServices;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// Ends the process in order: readiness falls, requests are still served for a while, then the listener closes and requests in flight
/// finish. A second signal ends it at once.
/// </summary>
public sealed partial class Shutdown : IHostLifetime, IDisposable
{
    private readonly IHostApplicationLifetime _application;
    private readonly Drain _drain;
    private readonly SidecarSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<Shutdown> _logger;
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _count;

    /// <summary>Prepares for the end.</summary>
    /// <param name="application">The host.</param>
    /// <param name="drain">What readiness looks at.</param>
    /// <param name="settings">The configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it says what it does.</param>
    public Shutdown(IHostApplicationLifetime application, Drain drain, SidecarSettings settings, TimeProvider time, ILogger<Shutdown> logger)
    {
        (_application, _drain, _settings, _time, _logger) = (application, drain, settings, time, logger);
    }

    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Begins the end, if it has not begun.</summary>
    /// <returns>When the listener is about to close.</returns>
    public Task BeginAsync() => BeginAsync(_settings.Current.Lifecycle.DrainDelay);

    /// <inheritdoc />
    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private async Task BeginAsync(TimeSpan delay)
    {
        if (Interlocked.Increment(ref _count) != 1)
            return;
        _drain.Begin();
        Draining(_logger, (long)delay.TotalMilliseconds);
        try
        {
            await Task.Delay(delay, _time, _application.ApplicationStopping);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        _application.StopApplication();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Volatile.Read(ref _count) == 0)
        {
            // At a terminal nobody follows readiness, and nobody likes to wait.
            _ = BeginAsync(context.Signal == PosixSignal.SIGTERM ? _settings.Current.Lifecycle.DrainDelay : TimeSpan.Zero);
            return;
        }

        AtOnce(_logger);
        Environment.Exit(1);
    }
}
