namespace Sidecar.Proxy.Security.ApiKeys;

/// <summary>The keys in force, of which only the digests are known.</summary>
/// <param name="entries">Those of the configuration.</param>
/// <param name="file">Those of a file, or null.</param>
internal sealed class ApiKeyRing(IReadOnlyList<ApiKeyEntryOptions> entries, ApiKeyFileWatch? file)
{
    private readonly Dictionary<Digest, string> _entries = Index(entries);

    /// <summary>Finds whose key it is.</summary>
    /// <returns>The name, or null when it is nobody's.</returns>
    public string? Find(string key)
    {
        var digest = Digest.Of(Encoding.UTF8.GetBytes(key));
        return file?.Current.GetValueOrDefault(digest) ?? _entries.GetValueOrDefault(digest);
    }

    private static Dictionary<Digest, string> Index(IReadOnlyList<ApiKeyEntryOptions> entries)
    {
        var names = new Dictionary<Digest, string>(entries.Count);
        foreach (var entry in entries)
            names[Digest.Parse(entry.Hash)!.Value] = entry.Name;
        return names;
    }
}
