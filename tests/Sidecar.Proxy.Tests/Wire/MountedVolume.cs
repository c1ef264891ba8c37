using System.Runtime.InteropServices;
using System.Text;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A folder as the kubelet mounts a ConfigMap or a Secret: links to files beneath a link to a folder, and the link in the middle renamed over.</summary>
internal sealed class MountedVolume : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sidecar-mount-");
    private int _version;

    public string Folder => _folder.FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Puts files in the place of those there are, all at once.</summary>
    public void Swap(params (string Name, string Content)[] files)
    {
        var version = _folder.CreateSubdirectory($"..{++_version}");
        foreach (var (name, content) in files)
            File.WriteAllText(Path.Combine(version.FullName, name), content);
        var (data, next) = (PathOf("..data"), PathOf("..data_tmp"));
        File.CreateSymbolicLink(next, version.Name);
        Rename(Encoding.UTF8.GetBytes(next + "\0"), Encoding.UTF8.GetBytes(data + "\0")).ShouldBe(0);
        foreach (var (name, _) in files.Where(file => !File.Exists(PathOf(file.Name))))
            File.CreateSymbolicLink(PathOf(name), Path.Combine("..data", name));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // .NET cannot rename one symbolic link over another.
    [DllImport("libc", EntryPoint = "rename")]
    private static extern int Rename(byte[] from, byte[] to);
}
