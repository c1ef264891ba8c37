using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// The duty of process 1: processes whose parents are gone become its children, and stay in the process table until it asks how they
/// ended. The application itself is left to .NET, which needs its exit code.
/// </summary>
internal sealed class OrphanReaper : IDisposable
{
    private readonly int _applicationId;
    private readonly PosixSignalRegistration _registration;

    [UnsupportedOSPlatform("windows")]
    private OrphanReaper(int applicationId)
    {
        _applicationId = applicationId;
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => Reap());
        Reap();
    }

    /// <summary>Begins, if this is process 1.</summary>
    /// <param name="applicationId">The application's process id.</param>
    /// <returns>The reaper, or null.</returns>
    public static OrphanReaper? Start(int applicationId) => OperatingSystem.IsLinux() && Environment.ProcessId == 1 ? new(applicationId) : null;

    /// <inheritdoc />
    public void Dispose() => _registration.Dispose();

    private void Reap()
    {
        // Behind the application others may wait, but with its end everything ends.
        while (Native.FindEnded() is var ended && ended != 0 && ended != _applicationId)
            Native.Reap(ended);
    }
}
