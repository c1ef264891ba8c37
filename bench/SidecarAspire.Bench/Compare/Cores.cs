namespace SidecarAspire.Bench.Compare;

/// <summary>With two cores or more the proxy has one to itself; clients and applications share the next.</summary>
internal static class Cores
{
    /// <summary>Whether there are enough.</summary>
    public static bool ArePinned { get; } = Environment.ProcessorCount >= 2;

    /// <summary>A command that runs on the proxy's core.</summary>
    public static string[] Proxy(params string[] command) => ArePinned ? ["taskset", "-c", "0", .. command] : command;

    /// <summary>A command that runs on everybody else's core.</summary>
    public static string[] Others(params string[] command) => ArePinned ? ["taskset", "-c", "1", .. command] : command;

    /// <summary>Has this process run there, too.</summary>
    public static void PinThisProcess()
    {
        if (ArePinned && OperatingSystem.IsLinux())
            System.Diagnostics.Process.GetCurrentProcess().ProcessorAffinity = 2;
    }

    /// <summary>How long all cores together were wanted and not given, since the machine started (proc_stat(5)).</summary>
    public static double StolenSeconds() =>
        long.Parse(File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[8], System.Globalization.CultureInfo.InvariantCulture) / 100.0;
}
