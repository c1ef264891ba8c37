using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>The numbers behind .NET's names of signals, which are the same on every Unix.</summary>
internal static class SignalNumber
{
    /// <summary>Finds a signal's number.</summary>
    /// <param name="signal">A name, or a raw number already.</param>
    /// <returns>The number that the kernel knows.</returns>
    public static int Of(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ => (int)signal,
    };
}
