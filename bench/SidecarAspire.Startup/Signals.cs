using System.Runtime.InteropServices;

namespace SidecarAspire.Startup;

/// <summary>What .NET does not offer: a signal of choice, to a process or to a group.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;

    /// <summary>Sends a signal to a process, or to a process group by its negative number.</summary>
    public static void Send(int pid, int signal) => _ = SendSignal(pid, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
