using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Server.Resources;

/// <summary>The process's file descriptors. With none left .NET's accept loop spins, and a library that cannot be loaded ends the process: so connections never get the last ones.</summary>
internal static partial class Descriptors
{
    // Where the file descriptors of the process itself are listed; to list them takes one.
    private const string Own = "/proc/self/fd";
    private const string Nothing = "/dev/null";
    private const int Unknown = 128;
    private const int Reserve = 48;
    private const int Scarce = 16;

    /// <summary>How many the process may have (<c>RLIMIT_NOFILE</c>).</summary>
    public static int Limit { get; } = ReadLimit();

    /// <summary>How many it has now.</summary>
    public static int InUse => Directory.Exists(Own) ? Directory.GetFileSystemEntries(Own).Length : Unknown;

    /// <summary>
    /// How many connections may take, on both sides together. Of those that are free 48, or half where there are fewer than 96, are for the admin port, name servers, exporters, health
    /// checks, mounted files, and libraries that are loaded late.
    /// </summary>
    public static int ForConnections
    {
        get
        {
            if (Limit == int.MaxValue)
                return Limit;
            var free = Math.Max(4, Limit - InUse);
            return free - Math.Min(Reserve, free / 2);
        }
    }

    /// <summary>
    /// Whether the next one is among the last. The kernel gives out the lowest number that is free, so a high one means that those below are taken, by whatever: on the runtime each assembly
    /// that is loaded late takes two.
    /// </summary>
    public static bool AreScarce
    {
        get
        {
            if (Limit == int.MaxValue)
                return false;
            try
            {
                using var next = File.OpenHandle(Nothing);
                return AreScarceFor(next);
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    /// <summary>Whether a file or a socket has got one of the last.</summary>
    /// <param name="handle">The file or the socket.</param>
    public static bool AreScarceFor(SafeHandle handle) => Limit != int.MaxValue && handle.DangerousGetHandle() >= Limit - Scarce;

    private static int ReadLimit()
    {
        if (OperatingSystem.IsWindows() || GetLimit(OperatingSystem.IsMacOS() ? 8 : 7, out var limits) != 0)
            return int.MaxValue;
        return (int)Math.Min(limits.Current, int.MaxValue);
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limits limits);

    private struct Limits
    {
        public nuint Current;
        public nuint Most;
    }
}
