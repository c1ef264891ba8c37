namespace SidecarAspire.Hosting.Output;

/// <summary>What is to be written: texts by their paths below the output folder, in the order of the paths.</summary>
internal sealed class OutputFiles
{
    private readonly SortedDictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>The texts by their paths, with slashes between folders.</summary>
    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <summary>Adds a file.</summary>
    public void Add(string path, string text) => _texts.Add(path, text);
}
