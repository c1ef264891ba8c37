using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Dcp;

/// <summary>
/// The temporary folder of one run. Its name holds the app host's process id, so that the next run can clear away
/// what a run that was killed has left, processes included.
/// </summary>
internal sealed class SessionFolder : IDisposable
{
    private const string Prefix = "sidecar-aspire.";
    private const string ProcessList = "processes";
    private readonly Lock _lock = new();
    private readonly List<ProcessIdentity> _processes = [];

    private SessionFolder(string path) => Path = path;

    public string Path { get; }

    public static SessionFolder Create()
    {
        var root = System.IO.Path.GetTempPath();
        ClearLeftovers(root);
        return new SessionFolder(Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}.")).FullName);
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
            if (!_processes.Contains(process))
            {
                _processes.Add(process);
                System.IO.File.AppendAllLines(File(ProcessList), [process.ToString()]);
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

    private static void ClearLeftovers(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root, Prefix + "*"))
        {
            var owner = System.IO.Path.GetFileName(folder)[Prefix.Length..].Split('.')[0];
            if (int.TryParse(owner, CultureInfo.InvariantCulture, out var processId) && !IsRunning(processId))
            {
                var list = System.IO.Path.Combine(folder, ProcessList);
                foreach (var process in System.IO.File.Exists(list) ? System.IO.File.ReadLines(list).Select(ProcessIdentity.Parse) : [])
                {
                    process?.Kill();
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

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
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
