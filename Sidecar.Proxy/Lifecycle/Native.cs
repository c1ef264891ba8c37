using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>What .NET has no call for; not on Windows.</summary>
internal static partial class Native
{
    /// <summary>The signal that asks a process to end.</summary>
    public const int SigTerm = 15;

    private const int SetChildSubreaper = 36;
    private const int AnyProcess = 0;
    private const int NoHang = 1;
    private const int Exited = 4;
    private const int LeaveWaitable = 0x01000000;

    /// <summary>The number of a signal.</summary>
    /// <param name="signal">The signal, as .NET names it or as a number.</param>
    /// <returns>Its number.</returns>
    public static int NumberOf(PosixSignal signal) => signal == PosixSignal.SIGHUP ? 1 : (int)signal;

    /// <summary>Sends a signal.</summary>
    /// <param name="processId">To whom.</param>
    /// <param name="signal">Its number.</param>
    public static void Signal(int processId, int signal) => _ = Kill(processId, signal);

    /// <summary>Makes this process the parent of those of its descendants whose parents die, as PID 1 is already.</summary>
    public static void AdoptOrphans()
    {
        if (OperatingSystem.IsLinux())
            _ = ProcessControl(SetChildSubreaper, 1, 0, 0, 0);
    }

    /// <summary>Finds a child that has ended and leaves it where it is.</summary>
    /// <returns>Its process id, or 0.</returns>
    public static unsafe int PeekEndedChild()
    {
        // siginfo_t is 128 bytes; on 64-bit Linux si_pid is at the sixteenth.
        var info = stackalloc int[32];
        return WaitId(AnyProcess, 0, info, NoHang | Exited | LeaveWaitable) == 0 ? info[4] : 0;
    }

    /// <summary>Takes note of a child's end, so that the kernel can forget it.</summary>
    /// <param name="processId">The child.</param>
    public static unsafe void Reap(int processId)
    {
        int status;
        _ = WaitPid(processId, &status, NoHang);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nint one, nint two, nint three, nint four);

    [LibraryImport("libc", EntryPoint = "waitid")]
    private static unsafe partial int WaitId(int idType, int id, int* info, int options);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static unsafe partial int WaitPid(int processId, int* status, int options);
}
