using System.Text;

namespace SidecarAspire.Startup;

/// <summary>Finds processes by a variable they inherited: it reaches those that have left the process tree, as DCP does.</summary>
internal static class MarkedProcesses
{
    public static IReadOnlyList<int> Find(string variable)
    {
        var needle = Encoding.UTF8.GetBytes(variable);
        return [.. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0)
            .Where(pid => pid != 0 && Read($"/proc/{pid}/environ").AsSpan().IndexOf(needle) >= 0)];
    }

    /// <summary>The name of a process's program; empty when it is gone.</summary>
    public static string ProgramOf(int pid) =>
        Path.GetFileName(Encoding.UTF8.GetString(Read($"/proc/{pid}/cmdline")).Split('\0')[0]);

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to somebody else.
            return [];
        }
    }
}
