namespace SidecarAspire.Hosting.Tests;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sidecar-hosting-").FullName;

    /// <summary>All files in it, by their paths below it.</summary>
    public IReadOnlyDictionary<string, string> Files => new SortedDictionary<string, string>(
        Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
            .ToDictionary(file => System.IO.Path.GetRelativePath(Path, file).Replace('\\', '/'), File.ReadAllText), StringComparer.Ordinal);

    public string At(string path) => System.IO.Path.Combine(Path, path);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
