using System.Globalization;

namespace Aspire.Hosting.Dcp;

/// <summary>
/// The temporary folder of one run. It names the app host's process, so that the next run can clear away what a run
/// that was killed has left, processes included.
/// </summary>
internal sealed class SessionFolder : IDisposable
{
    private const string Prefix = "sidecar-aspire.";
    private const string ProcessList = "processes";
    private const string Owner = "owner";
    private readonly Lock _lock = new();
    private readonly List<ProcessIdentity> _processes = [];

    private SessionFolder(string path) => Path = path;

    public string Path { get; }

    public static SessionFolder Create()
    {
        ClearLeftovers(System.IO.Path.GetTempPath());
        var folder = new SessionFolder(Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}.")).FullName);
        System.IO.File.WriteAllText(folder.File(Owner), ProcessIdentity.Of(Environment.ProcessId)?.ToString());
        return folder;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Remembers a process that must be gone when this run is over.</summary>
    public void Remember(int processId)
    {
        if (ProcessIdentity.Of(processId) is not { } process)
        {
            return;
        }

        lock (_lock)
        {
            if (!_processes.Exists(process.IsSameAs))
            {
                _processes.Add(process);
                Write(process);
            }
        }
    }

    /// <summary>
    /// Remembers the orchestrator's own processes, which are told by this folder on their command lines. They would end by
    /// themselves, but up to two seconds after everything else. Only where there is a /proc.
    /// </summary>
    public void RememberOrchestrator()
    {
        const string Processes = "/proc";
        foreach (var folder in Directory.Exists(Processes) ? Directory.EnumerateDirectories(Processes) : [])
        {
            if (int.TryParse(System.IO.Path.GetFileName(folder), CultureInfo.InvariantCulture, out var processId)
                && processId != Environment.ProcessId
                && CommandLine(folder).Contains(Path, StringComparison.Ordinal))
            {
                Remember(processId);
            }
        }
    }

    /// <summary>Kills what is left of the remembered processes.</summary>
    public void Reap()
    {
        lock (_lock)
        {
            _processes.ForEach(process => process.Kill());
        }
    }

    public void Dispose() => Delete(Path);

    /// <summary>Clears away what runs that were killed have left below a folder.</summary>
    internal static void ClearLeftovers(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root, Prefix + "*"))
        {
            if (IsAbandoned(folder))
            {
                foreach (var process in Processes(folder, ProcessList))
                {
                    process.Kill();
                }

                Delete(folder);
            }
        }
    }

    private static string CommandLine(string processFolder)
    {
        try
        {
            return System.IO.File.ReadAllText(System.IO.Path.Combine(processFolder, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    // Its owner runs no longer, or another process has the owner's id by now.
    private static bool IsAbandoned(string folder)
    {
        var name = System.IO.Path.GetFileName(folder)[Prefix.Length..].Split('.')[0];
        return int.TryParse(name, CultureInfo.InvariantCulture, out var processId)
            && (ProcessIdentity.Of(processId) is not { } running || Processes(folder, Owner) is [var owner] && !owner.IsSameAs(running));
    }

    private static ProcessIdentity[] Processes(string folder, string list)
    {
        try
        {
            return [.. System.IO.File.ReadLines(System.IO.Path.Combine(folder, list)).Select(ProcessIdentity.Parse).OfType<ProcessIdentity>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Killed before it had started anything, another user's, or another start is clearing it away at this moment.
            return [];
        }
    }

    private void Write(ProcessIdentity process)
    {
        try
        {
            System.IO.File.AppendAllLines(File(ProcessList), [process.ToString()]);
        }
        catch (IOException)
        {
            // Somebody has emptied the temporary folder; this run still knows its processes.
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's, or still in use: the next run tries again.
        }
    }
}
