using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>What .NET does not offer of Unix: any signal to a process, and the end of processes that are not its own children.</summary>
internal static partial class Native
{
    /// <summary>The signal of Ctrl+C.</summary>
    public const int Interrupt = 2;

    /// <summary>The signal of Ctrl+\.</summary>
    public const int Quit = 3;

    /// <summary>The signal that cannot be refused.</summary>
    public const int Kill = 9;

    /// <summary>The signal that asks to end.</summary>
    public const int Terminate = 15;

    private const int AnyProcess = 0;
    private const int NoHang = 1;
    private const int Exited = 4;
    private const int LeaveWaitable = 0x0100_0000;

    // Three ints, then a union that is aligned like a pointer and begins with the process id.
    private static readonly int ProcessIdOffset = IntPtr.Size == 8 ? 16 : 12;

    /// <summary>Sends a signal; a process that is gone does not mind.</summary>
    /// <param name="processId">To whom; a group if it is negative, the sidecar's own if it is 0.</param>
    /// <param name="signal">The signal's number.</param>
    public static void Signal(int processId, int signal) => _ = SendSignal(processId, signal);

    /// <summary>Looks for a child that has ended, and leaves it as it is.</summary>
    /// <returns>Its process id, or 0.</returns>
    public static unsafe int FindEnded()
    {
        // siginfo_t, which has 128 bytes on every Linux.
        Span<byte> info = stackalloc byte[128];
        info.Clear();
        fixed (byte* pointer = info)
        {
            if (WaitId(AnyProcess, 0, pointer, NoHang | Exited | LeaveWaitable) != 0)
                return 0;
        }

        return BitConverter.ToInt32(info[ProcessIdOffset..]);
    }

    /// <summary>Takes an ended child off the kernel's list.</summary>
    /// <param name="processId">The child.</param>
    public static void Reap(int processId) => _ = WaitPid(processId, out _, NoHang);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "waitid")]
    private static unsafe partial int WaitId(int kind, int id, byte* info, int options);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitPid(int processId, out int status, int options);
}
