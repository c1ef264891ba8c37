using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Transport;

/// <summary>
/// What the event loops call of the C library. Calls that take well under a microsecond let a garbage collection wait for them instead of announcing themselves to it; those that
/// move bytes, and those that wait, do not.
/// </summary>
internal static unsafe partial class Libc
{
    /// <summary>The flag of a descriptor that children do not inherit.</summary>
    public const int CloseOnExec = 0x80000;

    /// <summary>Flags of a descriptor that children do not inherit and that never blocks.</summary>
    public const int NonBlocking = CloseOnExec | DoesNotBlock;

    /// <summary>EPOLL_CTL_ADD.</summary>
    public const int AddToPoll = 1;

    /// <summary>AF_INET.</summary>
    public const ushort IPv4 = 2;

    /// <summary>AF_INET6; .NET's number is another one.</summary>
    public const ushort IPv6 = 10;

    /// <summary>SOCK_STREAM.</summary>
    public const int StreamSocket = 1;

    /// <summary>errno: interrupted by a signal.</summary>
    public const int Interrupted = 4;

    /// <summary>errno: it would have to wait.</summary>
    public const int WouldBlock = 11;

    /// <summary>errno: it is no descriptor.</summary>
    public const int BadDescriptor = 9;

    /// <summary>errno: there is no memory left.</summary>
    public const int NoMemory = 12;

    /// <summary>errno: it is not what it would have to be, a socket that listens for instance.</summary>
    public const int Invalid = 22;

    /// <summary>errno: the system has no descriptor left.</summary>
    public const int NoFilesInSystem = 23;

    /// <summary>errno: the process has no descriptor left.</summary>
    public const int NoFiles = 24;

    /// <summary>errno: the network has no memory left.</summary>
    public const int NoBuffers = 105;

    /// <summary>errno: it goes on by itself.</summary>
    public const int InProgress = 115;

    private const int DoesNotBlock = 0x800;

    private const int SetFlags = 4;

    private const int NoSignal = 0x4000;

    private const int Peek = 2;

    /// <summary>The last call's error.</summary>
    public static int Error => Marshal.GetLastSystemError();

    /// <summary>Receives bytes.</summary>
    public static int Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
            return (int)Receive(fd, bytes, buffer.Length, 0);
    }

    /// <summary>Whether there are bytes to receive, or the end, or an error; they stay.</summary>
    public static bool HasInput(int fd)
    {
        byte first;
        return Receive(fd, &first, 1, Peek) >= 0 || Error != WouldBlock;
    }

    /// <summary>Sends bytes; to a peer that is gone without a signal.</summary>
    public static int Send(int fd, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
            return (int)Send(fd, bytes, buffer.Length, NoSignal);
    }

    /// <summary>Has a descriptor never block.</summary>
    public static void StopBlocking(int fd) => _ = Control(fd, SetFlags, DoesNotBlock);

    /// <summary>What has become of a socket: an errno, or 0. It is told once.</summary>
    public static int SocketError(int fd)
    {
        int value, length = sizeof(int);
        return GetOption(fd, level: 1, option: 4, &value, &length) == 0 ? value : Error;
    }

    /// <summary>Has the socket send what it is given at once.</summary>
    public static void SetNoDelay(int fd)
    {
        var on = 1;
        _ = SetOption(fd, level: 6, option: 1, &on, sizeof(int));
    }

    /// <summary>Has the socket's close reset the connection.</summary>
    public static void SetReset(int fd)
    {
        var linger = stackalloc int[] { 1, 0 };
        _ = SetOption(fd, level: 1, option: 13, linger, 2 * sizeof(int));
    }

    /// <summary>Begins to connect.</summary>
    /// <returns>An errno, or 0 when it is connected.</returns>
    public static int Connect(int fd, SocketAddress address)
    {
        fixed (byte* bytes = address.Buffer.Span)
        {
            while (Connect(fd, bytes, address.Size) != 0)
            {
                if (Error is not Interrupted and var error)
                    return error;
            }
        }

        return 0;
    }

    /// <summary>An error as .NET calls it.</summary>
    /// <param name="error">An errno.</param>
    public static SocketException Exception(int error) => new((int)(error switch
    {
        1 or 13 => System.Net.Sockets.SocketError.AccessDenied,
        23 or 24 => System.Net.Sockets.SocketError.TooManyOpenSockets,
        32 => System.Net.Sockets.SocketError.Shutdown,
        97 => System.Net.Sockets.SocketError.AddressFamilyNotSupported,
        98 => System.Net.Sockets.SocketError.AddressAlreadyInUse,
        99 => System.Net.Sockets.SocketError.AddressNotAvailable,
        100 => System.Net.Sockets.SocketError.NetworkDown,
        101 => System.Net.Sockets.SocketError.NetworkUnreachable,
        103 => System.Net.Sockets.SocketError.ConnectionAborted,
        104 => System.Net.Sockets.SocketError.ConnectionReset,
        105 or 12 => System.Net.Sockets.SocketError.NoBufferSpaceAvailable,
        110 => System.Net.Sockets.SocketError.TimedOut,
        111 => System.Net.Sockets.SocketError.ConnectionRefused,
        112 => System.Net.Sockets.SocketError.HostDown,
        113 => System.Net.Sockets.SocketError.HostUnreachable,
        _ => System.Net.Sockets.SocketError.SocketError,
    }));

    [LibraryImport("libc", EntryPoint = "socket")]
    [SuppressGCTransition]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "accept4")]
    [SuppressGCTransition]
    public static partial int Accept(int fd, byte* address, int* length, int flags);

    [LibraryImport("libc", EntryPoint = "connect")]
    private static partial int Connect(int fd, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "getsockname")]
    [SuppressGCTransition]
    public static partial int LocalName(int fd, byte* address, int* length);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [SuppressGCTransition]
    private static partial int Control(int fd, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    public static partial int Shutdown(int fd, int how);

    [LibraryImport("libc", EntryPoint = "close")]
    [SuppressGCTransition]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    public static partial int CreatePoll(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    [SuppressGCTransition]
    public static partial int ControlPoll(int poll, int operation, int fd, byte* poke);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    public static partial int WaitPoll(int poll, byte* events, int count, int timeout);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    public static partial int CreateEvent(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    public static partial nint Write(int fd, void* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "recv")]
    private static partial nint Receive(int fd, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    private static partial nint Send(int fd, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    [SuppressGCTransition]
    private static partial int SetOption(int fd, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    [SuppressGCTransition]
    private static partial int GetOption(int fd, int level, int option, void* value, int* length);
}
