namespace Aspire.Hosting.Validation;

/// <summary>Finds a program as a shell would.</summary>
internal static class CommandPath
{
    /// <summary>The program's path; null if there is none.</summary>
    /// <param name="command">A path, or a name to look up in PATH.</param>
    /// <param name="folder">Where relative paths start.</param>
    public static string? Find(string command, string folder)
    {
        if (Path.GetFileName(command) != command)
        {
            return Existing(Path.GetFullPath(command, folder));
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(f => Existing(Path.Combine(f, command))).FirstOrDefault(path => path is not null);
    }

    private static string? Existing(string path)
    {
        string[] endings = OperatingSystem.IsWindows() ? ["", ".exe", ".cmd", ".bat"] : [""];
        return endings.Select(ending => path + ending).FirstOrDefault(File.Exists);
    }
}
