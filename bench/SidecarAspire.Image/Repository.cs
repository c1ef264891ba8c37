namespace SidecarAspire.Image;

/// <summary>The repository that this was built in.</summary>
internal static class Repository
{
    /// <summary>The sidecar's project.</summary>
    public static string Sidecar { get; } = Path.Combine(Find(), "Sidecar.Proxy");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SidecarAspire.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("Run this from the repository: there is no SidecarAspire.sln above it.");
    }
}
