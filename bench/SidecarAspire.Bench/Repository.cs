namespace SidecarAspire.Bench;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SidecarAspire.sln")))
                return folder.FullName;
        }

        throw new BenchException("The bench runs from a clone of the repository: it needs bench/peers.");
    }
}
