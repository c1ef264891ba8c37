using System.Globalization;

namespace SidecarAspire.Bench.Compare;

/// <summary>A process and all that it started, as /proc tells of them (proc_pid_stat(5), proc_pid_status(5)).</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100;

    /// <summary>What they have used so far: CPU in seconds, and how often they were switched away from.</summary>
    public static (double User, double Kernel, long Switches) Usage(IEnumerable<int> members)
    {
        var (user, kernel, switches) = (0L, 0L, 0L);
        foreach (var id in members)
        {
            if (Stat(id) is not { } fields)
                continue;
            user += Number(fields[11]);
            kernel += Number(fields[12]);
            switches += Directory.EnumerateDirectories($"/proc/{id}/task").Sum(task => Status(task, "voluntary_ctxt_switches") + Status(task, "nonvoluntary_ctxt_switches"));
        }

        return (user / TicksPerSecond, kernel / TicksPerSecond, switches);
    }

    /// <summary>The memory that they hold, in MB.</summary>
    public static double ResidentMegabytes(IEnumerable<int> members) => members.Sum(id => Status($"/proc/{id}", "VmRSS")) * 1024 / 1e6;

    /// <summary>A process and all that it has started.</summary>
    public static List<int> Members(int root)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && Stat(id) is { } fields)
                parents[id] = int.Parse(fields[1], CultureInfo.InvariantCulture);
        }

        var members = new List<int> { root };
        for (var i = 0; i < members.Count; i++)
            members.AddRange(parents.Where(pair => pair.Value == members[i]).Select(pair => pair.Key));
        return members;
    }

    private static long Status(string folder, string field)
    {
        try
        {
            return File.ReadLines(Path.Combine(folder, "status")).FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal)) is { } line
                ? Number(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1])
                : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The fields after the name: state, parent and so on.</summary>
    private static string[]? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
