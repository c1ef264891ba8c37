using System.Globalization;

namespace SidecarAspire.Bench.Compare;

/// <summary>A process and all that it started, as /proc tells of them (proc_pid_stat(5), proc_pid_status(5)).</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100;

    /// <summary>CPU used so far, in seconds.</summary>
    public static (double User, double System) Cpu(int root)
    {
        var (user, system) = (0L, 0L);
        foreach (var id in Members(root))
        {
            if (Stat(id) is not { } fields)
                continue;
            user += long.Parse(fields[11], CultureInfo.InvariantCulture) + (id == root ? long.Parse(fields[13], CultureInfo.InvariantCulture) : 0);
            system += long.Parse(fields[12], CultureInfo.InvariantCulture) + (id == root ? long.Parse(fields[14], CultureInfo.InvariantCulture) : 0);
        }

        return (user / TicksPerSecond, system / TicksPerSecond);
    }

    /// <summary>Memory in bytes: what all of them hold (VmRSS), or have held at most (VmHWM).</summary>
    public static long Memory(int root, string field) => Members(root).Sum(id =>
    {
        try
        {
            return File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal)) is { } line
                ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024
                : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    });

    private static List<int> Members(int root)
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
