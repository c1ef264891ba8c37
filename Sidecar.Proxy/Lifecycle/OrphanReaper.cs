using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// Who waits for which child. As process 1 it takes those off the process table whose parents are gone; the application is left to whoever needs its exit code, also by .NET, which would
/// take the exit code of any child that it has not started itself.
/// </summary>
internal sealed class OrphanReaper : IDisposable
{
    private readonly PosixSignalRegistration _registration;
    private volatile int _applicationId;

    [UnsupportedOSPlatform("windows")]
    private OrphanReaper() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, context =>
    {
        context.Cancel = true;
        Reap();
    });

    /// <summary>Begins, before the application is started.</summary>
    /// <returns>The reaper; null where there are no signals.</returns>
    public static OrphanReaper? Start() => OperatingSystem.IsWindows() ? null : new();

    /// <summary>Says who the application is.</summary>
    /// <param name="applicationId">The application's process id.</param>
    public void Spare(int applicationId)
    {
        _applicationId = applicationId;
        Reap();
    }

    /// <inheritdoc />
    public void Dispose() => _registration.Dispose();

    private void Reap()
    {
        if (_applicationId == 0 || !OperatingSystem.IsLinux() || Environment.ProcessId != 1)
            return;
        // Behind the application others may wait, but with its end everything ends.
        while (Native.FindEnded() is var ended && ended != 0 && ended != _applicationId)
            Native.Reap(ended);
    }
}
