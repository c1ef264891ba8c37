using System.Text;

namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>The files a reviewer has seen. <c>UPDATE_SNAPSHOTS=1</c> renews them.</summary>
internal static class Snapshots
{
    private const string Switch = "UPDATE_SNAPSHOTS";

    private static string Root => Path.Combine(Repository.Root, "tests", "SidecarAspire.Hosting.Tests", "Snapshots");

    /// <summary>Compares all files of a case with those that have been seen.</summary>
    public static void ShouldBeAsSeen(IReadOnlyDictionary<string, string> files, string name)
    {
        var folder = Path.Combine(Root, name);
        if (Environment.GetEnvironmentVariable(Switch) == "1")
        {
            Renew(files, folder);
        }

        var seen = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .ToDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), file => File.ReadAllText(file).ReplaceLineEndings("\n"))
            : [];
        var changes = new StringBuilder();
        foreach (var path in files.Keys.Union(seen.Keys).Order(StringComparer.Ordinal))
        {
            var (before, after) = (seen.GetValueOrDefault(path), files.GetValueOrDefault(path));
            if (before != after)
            {
                changes.Append(path).Append(before is null ? " is new" : after is null ? " is gone" : $"\n{LineDiff.Of(before, after)}").Append('\n');
            }
        }

        changes.ToString().ShouldBeEmpty($"the files of '{name}' are not those in {folder}; {Switch}=1 renews them");
    }

    private static void Renew(IReadOnlyDictionary<string, string> files, string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var (path, text) in files)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }
}
