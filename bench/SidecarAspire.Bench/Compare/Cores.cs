using System.Globalization;

namespace SidecarAspire.Bench.Compare;

/// <summary>
/// How many cores a proxy has, by affinity; clients and applications have the others if there are any. With a CPU quota instead, the kernel
/// moves a proxy to the core of its clients, and it gets no further than half of a core.
/// </summary>
/// <param name="count">How many.</param>
internal sealed class Cores(int count)
{
    private readonly string _proxies = Text($"0-{count - 1}");
    private readonly string _others = Text($"{(count < Environment.ProcessorCount ? count : 0)}-{Environment.ProcessorCount - 1}");

    /// <summary>A command that runs on the proxies' cores.</summary>
    public string[] Proxy(string[] command) => ["taskset", "-c", _proxies, .. command];

    /// <summary>A command that runs beside the proxies.</summary>
    public string[] Others(params string[] command) => ["taskset", "-c", _others, .. command];

    /// <summary>Has this process, all its threads, run beside the proxies.</summary>
    public Task PinThisProcessAsync(CancellationToken cancellationToken) => Tool.OutputAsync(["taskset", "-a", "-c", "-p", _others, Text($"{Environment.ProcessId}")], cancellationToken);

    /// <summary>CPU time of all cores that was wanted and not given, since the machine started (proc_stat(5)).</summary>
    public static double StolenSeconds() => long.Parse(File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[8], CultureInfo.InvariantCulture) / 100.0;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
