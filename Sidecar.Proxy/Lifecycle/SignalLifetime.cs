using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>Ties the host's life to signals: the first one drains, a second one ends the process at once, SIGHUP reloads, Ctrl+Z stops the application as well.</summary>
/// <param name="lifetime">The host.</param>
/// <param name="reloader">What reloads, where something is mounted.</param>
/// <param name="app">The application, in wrap mode; it gets the signals that mean nothing to the sidecar.</param>
internal sealed class SignalLifetime(IHostApplicationLifetime lifetime, ConfigurationReloader? reloader = null, WrappedApp? app = null) : IHostLifetime, IDisposable
{
    private const int ExitCodeOfSignals = 128;

    // SIGQUIT is what some images are stopped with; here it means the same as the others.
    private static readonly PosixSignal[] StopSignals = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];

    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly bool _hasTerminal = !OperatingSystem.IsWindows() && Terminal.IsThere;
    private int _signals;

    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in StopSignals)
            _registrations.Add(PosixSignalRegistration.Create(signal, Stop));
        if (OperatingSystem.IsWindows())
            return Task.CompletedTask;
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp));
        if (app is null)
            return Task.CompletedTask;
        foreach (var signal in new[] { SignalNumber.User1, SignalNumber.User2 })
            _registrations.Add(PosixSignalRegistration.Create(signal, PassOn));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Suspend));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => app.Continue()));
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

    private void HangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        app?.Signal(SignalNumber.Of(PosixSignal.SIGHUP));
        // A terminal that is closed sends it, too: nobody is left to look after a sidecar that was started there.
        if (_hasTerminal && !Terminal.IsThere)
            lifetime.StopApplication();
        else
            reloader?.Look();
    }

    private void Suspend(PosixSignalContext context)
    {
        context.Cancel = true;
        app!.Suspend();
    }

    private void PassOn(PosixSignalContext context)
    {
        context.Cancel = true;
        app!.Signal(SignalNumber.Of(context.Signal));
    }
}
