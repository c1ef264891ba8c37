using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>Ties the host's life to signals: the first one drains, a second one ends the process at once.</summary>
/// <param name="lifetime">The host.</param>
internal sealed class SignalLifetime(IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    private const int ExitCodeOfSignals = 128;

    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signals;

    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        // SIGQUIT is what nginx's images are stopped with; here it means the same as the others.
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
            _registrations.Add(PosixSignalRegistration.Create(signal, Stop));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) == 1)
            lifetime.StopApplication();
        else
            Environment.Exit(ExitCodeOfSignals + SignalNumber.Of(context.Signal));
    }
}
