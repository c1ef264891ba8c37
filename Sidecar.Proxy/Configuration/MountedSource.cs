namespace Sidecar.Proxy.Configuration;

/// <summary>
/// Configuration in files that are mounted into the container. They are read again rather than watched: a ConfigMap is swapped by a
/// symbolic link beside it, which file watchers miss, and inotify is scarce where many containers share a node.
/// </summary>
/// <param name="path">Where they are, for people.</param>
public abstract class MountedSource(string path) : ConfigurationProvider, IConfigurationSource
{
    private Dictionary<string, List<string>> _children = [];
    private MountedContent? _judged;
    private MountedContent? _seen;

    /// <summary>Where they are, for people.</summary>
    public string Path { get; } = path;

    /// <summary>Whether the last two looks have seen the same.</summary>
    public bool IsSettled { get; private set; } = true;

    /// <summary>Reads the files for the first time.</summary>
    /// <exception cref="ConfigurationException">They cannot be read or used.</exception>
    public sealed override void Load()
    {
        // The host loads its sources again whenever one is added.
        if (_judged is not null)
            return;
        var content = Read();
        Use(Parse(content));
        _judged = _seen = content;
    }

    /// <summary>
    /// Puts what the files hold now in force, if it has changed since it was last judged, is no longer being written, and
    /// <paramref name="accept"/> has nothing against it.
    /// </summary>
    /// <param name="accept">Looks at the whole configuration; it throws to refuse it.</param>
    /// <returns>Whether it had changed and was accepted.</returns>
    /// <exception cref="ConfigurationException">It was rejected; the old content stays in force, and is not judged again until it changes.</exception>
    public bool Reload(Action accept)
    {
        var content = Read();
        var isJudged = content.IsSame(_judged);
        // Two looks with the same result: not every editor replaces a file in one step.
        IsSettled = content.IsSame(_seen);
        _seen = content;
        if (isJudged || !IsSettled)
            return false;

        _judged = content;
        var before = Data;
        try
        {
            Use(Parse(content));
            accept();
        }
        catch
        {
            Use(before);
            throw;
        }

        OnReload();
        return true;
    }

    /// <summary>Finds the keys below a section. The base type looks through all of the file for each section, which takes minutes where a file holds thousands.</summary>
    /// <param name="earlierKeys">The keys of other sources.</param>
    /// <param name="parentPath">The section.</param>
    /// <returns>All of them, in order.</returns>
    public sealed override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
    {
        if (!_children.TryGetValue(parentPath ?? "", out var own))
            return earlierKeys;
        List<string> keys = [.. own, .. earlierKeys];
        keys.Sort(ConfigurationKeyComparer.Instance);
        return keys;
    }

    /// <inheritdoc />
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <inheritdoc />
    public override string ToString() => Path;

    /// <summary>Where a key's value comes from, if the files are not written in keys.</summary>
    /// <param name="key">A full key such as <c>Sidecar:Listener:Port</c>.</param>
    /// <returns>File, line and field; null when the key says it all, or is not from here.</returns>
    public virtual string? NameOf(string key) => null;

    /// <summary>Reads the files.</summary>
    /// <returns>What they hold.</returns>
    protected abstract MountedContent Read();

    /// <summary>Takes the files apart.</summary>
    /// <returns>Values by key.</returns>
    /// <exception cref="ConfigurationException">They cannot be used.</exception>
    protected abstract IDictionary<string, string?> Parse(MountedContent content);

    private void Use(IDictionary<string, string?> values)
    {
        Data = values;
        _children = new(StringComparer.OrdinalIgnoreCase);
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var key in values.Keys)
        {
            for (var path = key; known.Add(path);)
            {
                var end = path.LastIndexOf(':');
                var parent = end < 0 ? "" : path[..end];
                if (!_children.TryGetValue(parent, out var siblings))
                    _children[parent] = siblings = [];
                siblings.Add(path[(end + 1)..]);
                if (end < 0)
                    break;
                path = parent;
            }
        }
    }
}

/// <summary>What mounted files held when they were looked at.</summary>
/// <param name="Files">Each file's path and bytes.</param>
/// <param name="Failure">Why they could not all be read, or null.</param>
public sealed record MountedContent(IReadOnlyList<(string Path, byte[] Bytes)> Files, string? Failure)
{
    /// <summary>Reads files.</summary>
    /// <returns>What they hold.</returns>
    public static MountedContent Read(IEnumerable<string> paths)
    {
        try
        {
            return new([.. paths.Select(path => (path, FileContent.Read(path)))], null);
        }
        catch (Exception exception)
        {
            return new([], exception.Message);
        }
    }

    /// <summary>Whether nothing has changed.</summary>
    /// <param name="other">What they held at another time.</param>
    /// <returns>Whether the same files had the same bytes, or could not be read at both times.</returns>
    public bool IsSame(MountedContent? other) =>
        other is not null && (Failure is null) == (other.Failure is null) && Files.Count == other.Files.Count
        && Files.Zip(other.Files).All(pair => pair.First.Path == pair.Second.Path && pair.First.Bytes.AsSpan().SequenceEqual(pair.Second.Bytes));
}
