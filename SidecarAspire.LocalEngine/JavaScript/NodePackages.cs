namespace Aspire.Hosting.JavaScript;

/// <summary>What is installed of a Node.js application's packages.</summary>
internal static class NodePackages
{
    public static string LockFile(string folder) => Path.Combine(folder, "package-lock.json");

    /// <summary>Whether node_modules is missing or older than what it is made from.</summary>
    public static bool MustBeInstalled(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "package.json")))
        {
            return false;
        }

        // npm writes this file last, so a run that was cut short does not count as an installation.
        var installed = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        return !installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(LockFile(folder));
    }
}
