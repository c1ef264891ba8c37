using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>Reaps processes that the application leaves behind, as PID 1 of a container must: nobody else does.</summary>
internal static class OrphanReaper
{
    /// <summary>Begins to reap.</summary>
    /// <param name="appId">The application's own process, which .NET waits for; 0 while there is none.</param>
    /// <returns>Ends it; null on Windows, where there is nothing to reap.</returns>
    public static PosixSignalRegistration? Start(Func<int> appId)
    {
        if (OperatingSystem.IsWindows())
            return null;
        Native.AdoptOrphans();
        return PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ =>
        {
            // The application's own end stays in the queue until .NET has seen it; what is behind it waits for the next signal.
            while (Native.PeekEndedChild() is > 0 and var child && child != appId())
                Native.Reap(child);
        });
    }
}
