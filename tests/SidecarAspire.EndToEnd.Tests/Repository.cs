namespace SidecarAspire.EndToEnd.Tests;

/// <summary>The repository the tests were built in.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>What a project's build has left, in the configuration of the tests.</summary>
    public static string OutputOf(string project)
    {
        var output = Path.GetRelativePath(Path.Combine(Root, "tests", typeof(Repository).Assembly.GetName().Name!), AppContext.BaseDirectory);
        return Path.Combine(Root, project, output, $"{Path.GetFileName(project)}.dll");
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SidecarAspire.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"There is no SidecarAspire.sln above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }
}
