namespace Sidecar.Proxy.Configuration;

/// <summary>
/// A key of the configuration, with its value and the keys below it. It asks those sources alone that have the key: a section of .NET's asks all of them each time, which takes a second where files
/// hold thousands of routes.
/// </summary>
internal sealed class Setting
{
    private readonly IConfigurationProvider[] _sources;
    private IReadOnlyList<Setting>? _children;

    private Setting(string key, string path, IConfigurationProvider[] sources)
    {
        (Key, Path, _sources) = (key, path, sources);
        // The last one that knows the key is the strongest.
        for (var i = sources.Length - 1; i >= 0; i--)
        {
            if (!sources[i].TryGet(path, out var value))
                continue;
            Value = value;
            break;
        }
    }

    /// <summary>Its own part of the path.</summary>
    public string Key { get; }

    /// <summary>The full key.</summary>
    public string Path { get; }

    /// <summary>Its value, or null.</summary>
    public string? Value { get; }

    /// <summary>Whether it has neither a value nor keys below it.</summary>
    public bool IsNull => Value is null && Children.Count == 0;

    /// <summary>The keys below it, in order.</summary>
    public IReadOnlyList<Setting> Children => _children ??= _sources.Length == 1 ? [.. KeysOf(_sources[0]).Select(key => Below(key, _sources))] : Merge();

    /// <summary>Finds a key below it.</summary>
    /// <param name="key">Its part of the path.</param>
    /// <returns>The setting, or one without a value.</returns>
    public Setting this[string key] => Children.FirstOrDefault(child => child.Key.Equals(key, StringComparison.OrdinalIgnoreCase)) ?? Below(key, []);

    /// <summary>Reads a key.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="path">The full key.</param>
    /// <returns>The setting.</returns>
    public static Setting Of(IConfiguration configuration, string path) => new(ConfigurationPath.GetSectionKey(path), path, [.. ((IConfigurationRoot)configuration).Providers]);

    private Setting[] Merge()
    {
        var sources = new Dictionary<string, List<IConfigurationProvider>>(StringComparer.OrdinalIgnoreCase);
        foreach (var source in _sources)
        {
            foreach (var key in KeysOf(source))
            {
                if (!sources.TryGetValue(key, out var own))
                    sources[key] = own = [];
                own.Add(source);
            }
        }

        return [.. sources.OrderBy(key => key.Key, ConfigurationKeyComparer.Instance).Select(key => Below(key.Key, [.. key.Value]))];
    }

    private IEnumerable<string> KeysOf(IConfigurationProvider source) => source.GetChildKeys([], Path) is var keys && source is MountedSource ? keys : keys.Distinct(StringComparer.OrdinalIgnoreCase);

    private Setting Below(string key, IConfigurationProvider[] sources) => new(key, ConfigurationPath.Combine(Path, key), sources);
}
