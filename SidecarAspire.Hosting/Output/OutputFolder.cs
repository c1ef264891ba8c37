using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting;

namespace SidecarAspire.Hosting.Output;

/// <summary>
/// A folder of published files. A list of their hashes lies beside them: by it a file that somebody has edited since is known, and not
/// overwritten. Everything is written to a temporary folder first and then moved, so that nothing is ever half-written.
/// </summary>
/// <param name="path">The folder.</param>
internal sealed class OutputFolder(string path)
{
    /// <summary>The list: a hash and a path on each line, as <c>sha256sum --check</c> reads it.</summary>
    public const string ListName = ".sidecar-aspire.sum";

    private static readonly UTF8Encoding s_encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes files, and removes those of the last time that are not among them.</summary>
    /// <param name="files">The files.</param>
    /// <param name="force">Whether files edited by hand are overwritten.</param>
    /// <exception cref="DistributedApplicationException">A file has been edited by hand, or cannot be written.</exception>
    public void Write(OutputFiles files, bool force)
    {
        try
        {
            var before = ReadList();
            var stale = before.Keys.Where(file => !files.Texts.ContainsKey(file) && File.Exists(At(file))).ToArray();
            if (!force)
            {
                RefuseEdited(files, before, stale);
            }

            Replace(files, stale);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"The output folder '{path}' cannot be written: {e.Message}", e);
        }
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private string At(string file) => Path.Combine(path, file);

    private void RefuseEdited(OutputFiles files, Dictionary<string, string> before, string[] stale)
    {
        var edited = files.Texts
            .Where(file => File.Exists(At(file.Key)))
            .Select(file => (file.Key, Hash: Hash(File.ReadAllBytes(At(file.Key))), New: Hash(s_encoding.GetBytes(file.Value))))
            // What is as it will be was left by a run that did not get as far as its list.
            .Where(file => file.Hash != file.New && file.Hash != before.GetValueOrDefault(file.Key))
            .Select(file => file.Key)
            .Concat(stale.Where(file => Hash(File.ReadAllBytes(At(file))) != before[file]))
            .ToArray();
        if (edited.Length > 0)
        {
            throw new DistributedApplicationException(
                $"{string.Join(", ", edited.Select(At))} {(edited.Length == 1 ? "was" : "were")} not written by publishing, or edited since; move the changes to AppHost.cs, or lose them with --force=true.");
        }
    }

    private void Replace(OutputFiles files, string[] stale)
    {
        Directory.CreateDirectory(path);
        var temporary = Directory.CreateDirectory(At($".sidecar-aspire-{Guid.NewGuid():N}")).FullName;
        try
        {
            var list = new StringBuilder();
            foreach (var (file, text) in files.Texts)
            {
                var content = s_encoding.GetBytes(text);
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(temporary, file))!);
                File.WriteAllBytes(Path.Combine(temporary, file), content);
                list.Append(Hash(content)).Append("  ").Append(file).Append('\n');
            }

            File.WriteAllText(Path.Combine(temporary, ListName), list.ToString(), s_encoding);
            // What stands in the way is found before the first file is moved.
            foreach (var file in files.Texts.Keys)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
                if (Directory.Exists(At(file)))
                {
                    throw new IOException($"'{At(file)}' is a folder.");
                }
            }

            foreach (var file in files.Texts.Keys.Append(ListName))
            {
                File.Move(Path.Combine(temporary, file), At(file), overwrite: true);
            }

            Array.ForEach(stale, Remove);
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private void Remove(string file)
    {
        File.Delete(At(file));
        for (var folder = Path.GetDirectoryName(At(file))!; folder != path && !Directory.EnumerateFileSystemEntries(folder).Any(); folder = Path.GetDirectoryName(folder)!)
        {
            Directory.Delete(folder);
        }
    }

    private Dictionary<string, string> ReadList() => !File.Exists(At(ListName))
        ? []
        : File.ReadAllLines(At(ListName))
            .Select(line => line.Split("  ", 2))
            .Where(line => line.Length == 2)
            .ToDictionary(line => line[1], line => line[0], StringComparer.Ordinal);
}
