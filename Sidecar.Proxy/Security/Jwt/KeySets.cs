namespace Sidecar.Proxy.Security.Jwt;

/// <summary>The key sets of the configuration in force. One whose options a reload leaves as they are lives on, with its keys.</summary>
/// <param name="settings">The configuration.</param>
/// <param name="metrics">Where they count.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where they say what they could not do.</param>
internal sealed class KeySets(SidecarSettings settings, JwksMetrics metrics, TimeProvider time, ILogger<KeySet> logger) : SettingsFollower(settings), IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<JwksOptions, KeySet> _sets = [];

    /// <summary>The keys of a source.</summary>
    /// <returns>The keys, or those to come.</returns>
    public KeySet Get(JwksOptions options)
    {
        lock (_lock)
            return _sets.TryGetValue(options, out var set) ? set : _sets[options] = new(options, metrics, time, logger);
    }

    /// <inheritdoc />
    public void Dispose() => Keep([]);

    /// <summary>Begins to fetch: keys are there before the first token is.</summary>
    /// <param name="options">What is in force now.</param>
    protected override void Follow(SidecarOptions options)
    {
        HashSet<JwksOptions> wanted = [.. options.Security.Jwt?.Issuers.Values.Select(issuer => issuer.Jwks) ?? []];
        Keep(wanted);
        foreach (var source in wanted)
            Get(source);
    }

    private void Keep(HashSet<JwksOptions> wanted)
    {
        lock (_lock)
        {
            foreach (var (source, set) in _sets.Where(pair => !wanted.Contains(pair.Key)).ToArray())
            {
                _sets.Remove(source);
                set.Dispose();
            }
        }
    }
}
