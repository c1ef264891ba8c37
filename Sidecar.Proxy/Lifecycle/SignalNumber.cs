using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>The numbers behind .NET's names of signals.</summary>
internal static class SignalNumber
{
    /// <summary>SIGUSR1, which .NET has no name for.</summary>
    public static PosixSignal User1 { get; } = (PosixSignal)(OperatingSystem.IsMacOS() ? 30 : 10);

    /// <summary>SIGUSR2, which .NET has no name for.</summary>
    public static PosixSignal User2 { get; } = (PosixSignal)(OperatingSystem.IsMacOS() ? 31 : 12);

    /// <summary>SIGSTOP, which cannot be caught.</summary>
    public static int Stop => OperatingSystem.IsMacOS() ? 17 : 19;

    /// <summary>SIGTSTP: Ctrl+Z.</summary>
    public static int TerminalStop => OperatingSystem.IsMacOS() ? 18 : 20;

    /// <summary>SIGCONT.</summary>
    public static int Continue => OperatingSystem.IsMacOS() ? 19 : 18;

    /// <summary>SIGTTIN: a process in the background reads from the terminal.</summary>
    public const int TerminalRead = 21;

    /// <summary>SIGTTOU: a process in the background writes to the terminal or sets it up.</summary>
    public const int TerminalWrite = 22;

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
