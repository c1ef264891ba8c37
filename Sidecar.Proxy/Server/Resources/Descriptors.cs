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

    private static readonly int Resource = OperatingSystem.IsMacOS() ? 8 : 7;
    private static readonly Limits Given = Read();

    /// <summary>How many the process may have (<c>RLIMIT_NOFILE</c>).</summary>
    public static int Limit { get; private set; } = (int)Math.Min(Given.Soft, int.MaxValue);

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
                return AreScarceFor(next.DangerousGetHandle());
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    /// <summary>Whether a file or a socket has got one of the last.</summary>
    /// <param name="handle">The number of its descriptor.</param>
    public static bool AreScarceFor(nint handle) => Limit != int.MaxValue && handle >= Limit - Scarce;

    /// <summary>Raises the limit as far as the process may: .NET's runtime does so before anything else, a program published with NativeAOT does not.</summary>
    public static void RaiseLimit()
    {
        if (Given.Soft != Given.Hard && SetLimit(Resource, Given with { Soft = Given.Hard }) == 0)
            Limit = (int)Math.Min(Given.Hard, int.MaxValue);
    }

    /// <summary>Does something under the limit that the process was given, which a child inherits: what uses <c>select</c> breaks above 1,024. It must be short, as nobody gets a descriptor above that meanwhile.</summary>
    /// <param name="action">What is done.</param>
    /// <returns>What comes of it.</returns>
    public static T UnderGivenLimit<T>(Func<T> action)
    {
        var raised = Read();
        if (raised.Soft == Given.Soft)
            return action();
        try
        {
            _ = SetLimit(Resource, Given);
            return action();
        }
        finally
        {
            _ = SetLimit(Resource, raised);
        }
    }

    private static Limits Read() => !OperatingSystem.IsWindows() && GetLimit(Resource, out var limits) == 0 ? limits : new(nuint.MaxValue, nuint.MaxValue);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limits limits);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limits limits);

    private readonly record struct Limits(nuint Soft, nuint Hard);
}
