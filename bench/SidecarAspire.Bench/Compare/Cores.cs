using System.Globalization;

namespace SidecarAspire.Bench.Compare;

/// <summary>How many cores a proxy has: a CPU quota where a cgroup can be made, as in a container, else its affinity. Clients and applications have the other cores if there are any.</summary>
internal sealed class Cores : IDisposable
{
    private readonly string _proxies;
    private readonly string _others;
    private readonly string? _cgroup;

    public Cores(int count)
    {
        var all = Environment.ProcessorCount;
        _proxies = Text($"0-{Math.Min(count, all) - 1}");
        _others = Text($"{(count < all ? count : 0)}-{all - 1}");
        _cgroup = CgroupOrNull(count);
    }

    /// <summary>How the limit is kept, for the head of a report.</summary>
    public string Description => _cgroup is null ? "affinity" : "cgroup quota";

    /// <summary>A command that runs within the limit.</summary>
    public string[] Proxy(string[] command) => _cgroup is null
        ? ["taskset", "-c", _proxies, .. command]
        : ["sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", Path.Combine(_cgroup, "cgroup.procs"), .. command];

    /// <summary>A command that runs beside the proxies.</summary>
    public string[] Others(params string[] command) => ["taskset", "-c", _others, .. command];

    /// <summary>Has this process, all its threads, run beside the proxies.</summary>
    public async Task PinThisProcessAsync(CancellationToken cancellationToken) =>
        await Tool.OutputAsync(["taskset", "-a", "-c", "-p", _others, Text($"{Environment.ProcessId}")], cancellationToken);

    /// <summary>CPU time of all cores that was wanted and not given, since the machine started (proc_stat(5)).</summary>
    public static double StolenSeconds() => long.Parse(File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[8], CultureInfo.InvariantCulture) / 100.0;

    /// <summary>Only after the processes in it have ended.</summary>
    public void Dispose()
    {
        if (_cgroup is not null)
            Directory.Delete(_cgroup);
    }

    /// <summary>One group for all proxies, since they work in turn.</summary>
    private static string? CgroupOrNull(int count)
    {
        var isVersion1 = Directory.Exists("/sys/fs/cgroup/cpu");
        var folder = Text($"/sys/fs/cgroup/{(isVersion1 ? "cpu/" : "")}sidecar-bench-{Environment.ProcessId}-{count}");
        try
        {
            Directory.CreateDirectory(folder);
            if (isVersion1)
                File.WriteAllText(Path.Combine(folder, "cpu.cfs_quota_us"), Text($"{count * 100_000}"));
            else
                File.WriteAllText(Path.Combine(folder, "cpu.max"), Text($"{count * 100_000} 100000"));
            return folder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder);
            return null;
        }
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
