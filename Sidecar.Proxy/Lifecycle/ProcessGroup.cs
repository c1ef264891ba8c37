using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// A child in a process group of its own, which .NET cannot start: what a terminal sends to the sidecar's group on Ctrl+C would reach the child at the same time otherwise.
/// The group has to be the child's from its first instruction on, so posix_spawn makes it.
/// </summary>
internal sealed partial class ProcessGroup
{
    private const short OwnGroup = 2;
    private const short DefaultSignals = 4;
    private const short NoBlockedSignals = 8;
    private const int StopsToo = 2;
    private const int Interrupted = 4;
    private const int AnyChild = -1;
    private const int BrokenPipe = 13;

    // posix_spawnattr_t has 336 bytes on Linux, sigset_t 128; both are smaller elsewhere.
    private const int AttributeBytes = 512;
    private const int SignalSetBytes = 128;

    private ProcessGroup(int id) => Id = id;

    /// <summary>The child's process id, which is the group's as well.</summary>
    public int Id { get; }

    /// <summary>Starts a program with the sidecar's streams and directory.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Its arguments, the first of which is its name.</param>
    /// <param name="environment">Its environment, as <c>NAME=value</c>.</param>
    /// <returns>The child.</returns>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static unsafe ProcessGroup Start(string path, IEnumerable<string> arguments, IEnumerable<string> environment)
    {
        byte* attributes = stackalloc byte[AttributeBytes], none = stackalloc byte[SignalSetBytes], ignored = stackalloc byte[SignalSetBytes];
        _ = Initialize(attributes);
        _ = Native.Clear(none);
        _ = Native.Clear(ignored);
        // .NET ignores it, and what is ignored stays so in a child.
        _ = Native.Add(ignored, BrokenPipe);
        _ = SetGroup(attributes, 0);
        _ = SetDefaults(attributes, ignored);
        _ = SetBlocked(attributes, none);
        _ = SetFlags(attributes, OwnGroup | DefaultSignals | NoBlockedSignals);
        using var argumentList = new NativeStrings(arguments);
        using var environmentList = new NativeStrings(environment);
        var error = Spawn(out var id, path, 0, attributes, argumentList.Pointer, environmentList.Pointer);
        _ = Destroy(attributes);
        return error == 0 ? new(id) : throw new Win32Exception(error);
    }

    /// <summary>Sends a signal to all of the group.</summary>
    public void Signal(int signal) => Native.Signal(-Id, signal);

    /// <summary>
    /// Waits, on the thread that asks, until the child ends or stops. As process 1 of a container it takes orphans off the process table meanwhile: they become its children. .NET knows
    /// nothing of any of them, as long as nobody registers for SIGCHLD or uses Process, which would take them all.
    /// </summary>
    /// <param name="stopSignal">The signal that stopped it, or 0.</param>
    /// <returns>When it has ended its exit code, or 128 and the signal that ended it; else null.</returns>
    public int? Wait(out int stopSignal)
    {
        var children = Environment.ProcessId == 1 ? AnyChild : Id;
        int result, status;
        do
            result = WaitPid(children, out status, StopsToo);
        while (result != Id && (result > 0 || Marshal.GetLastPInvokeError() == Interrupted));
        stopSignal = 0;
        if (result < 0)
            return 128 + Native.Kill;
        if ((status & 0xFF) == 0x7F)
        {
            stopSignal = (status >> 8) & 0xFF;
            return null;
        }

        return (status & 0x7F) is var signal and not 0 ? 128 + signal : (status >> 8) & 0xFF;
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Spawn(out int id, string path, nint actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static unsafe partial int Initialize(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static unsafe partial int Destroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setpgroup")]
    private static unsafe partial int SetGroup(byte* attributes, int group);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static unsafe partial int SetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static unsafe partial int SetBlocked(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static unsafe partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitPid(int id, out int status, int options);

    /// <summary>A list of strings as C has it, which ends with a null.</summary>
    private sealed unsafe class NativeStrings : IDisposable
    {
        private readonly int _count;

        public NativeStrings(IEnumerable<string> strings)
        {
            var all = strings.ToArray();
            _count = all.Length;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < _count; i++)
                Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(all[i]);
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++)
                Marshal.FreeCoTaskMem((nint)Pointer[i]);
            NativeMemory.Free(Pointer);
        }
    }
}

/// <summary>What .NET does not offer of Unix: any signal to a process or a group.</summary>
internal static partial class Native
{
    /// <summary>The signal of Ctrl+C.</summary>
    public const int Interrupt = 2;

    /// <summary>The signal of Ctrl+\.</summary>
    public const int Quit = 3;

    /// <summary>The signal that cannot be caught.</summary>
    public const int Kill = 9;

    /// <summary>The signal that asks to end.</summary>
    public const int Terminate = 15;

    /// <summary>Sends a signal; a process that is gone does not mind.</summary>
    /// <param name="processId">To whom; a group if it is negative, the sidecar's own if it is 0.</param>
    /// <param name="signal">The signal's number.</param>
    public static void Signal(int processId, int signal) => _ = SendSignal(processId, signal);

    /// <summary>Empties a set of signals.</summary>
    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    public static unsafe partial int Clear(byte* signals);

    /// <summary>Adds a signal to a set.</summary>
    [LibraryImport("libc", EntryPoint = "sigaddset")]
    public static unsafe partial int Add(byte* signals, int signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
