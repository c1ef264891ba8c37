namespace SidecarAspire.Startup;

/// <summary>The TMPDIR of every run: what is left in it was left by a run.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sidecar-startup-").FullName;

    public string[] Entries() => Directory.GetFileSystemEntries(Path);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
