using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>Ties the host's life to signals: the first one drains, a second one ends the process at once.</summary>
/// <param name="lifetime">The host.</param>
/// <param name="app">The application, in wrap mode; it gets the signals that mean nothing to the sidecar.</param>
internal sealed class SignalLifetime(IHostApplicationLifetime lifetime, WrappedApp? app = null) : IHostLifetime, IDisposable
{
    private const int ExitCodeOfSignals = 128;

    // SIGQUIT is what some images are stopped with; here it means the same as the others.
    private static readonly PosixSignal[] StopSignals = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];

    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signals;

    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in StopSignals)
            _registrations.Add(PosixSignalRegistration.Create(signal, Stop));
        if (app is null)
            return Task.CompletedTask;
        foreach (var signal in new[] { PosixSignal.SIGHUP, SignalNumber.User1, SignalNumber.User2 })
            _registrations.Add(PosixSignalRegistration.Create(signal, PassOn));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        var signal = SignalNumber.Of(context.Signal);
        if (Interlocked.Increment(ref _signals) > 1)
        {
            app?.Kill(ExitCodeOfSignals + signal);
            Environment.Exit(ExitCodeOfSignals + signal);
        }

        if (app is not null)
            app.StopSignal = signal;
        lifetime.StopApplication();
    }

    private void PassOn(PosixSignalContext context)
    {
        context.Cancel = true;
        app!.Signal(SignalNumber.Of(context.Signal));
    }
}
