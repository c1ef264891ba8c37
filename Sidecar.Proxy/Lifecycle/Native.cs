using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>What .NET does not offer of Unix: any signal to a process or a group.</summary>
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

    /// <summary>Sends a signal; a process that is gone does not mind.</summary>
    /// <param name="processId">To whom; a group if it is negative, the sidecar's own if it is 0.</param>
    /// <param name="signal">The signal's number.</param>
    public static void Signal(int processId, int signal) => _ = SendSignal(processId, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
