using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Traffic;

/// <summary>The clusters of the configuration in force. One whose options a reload leaves as they are lives on.</summary>
/// <param name="settings">The configuration.</param>
internal sealed class Clusters(SidecarSettings settings)
{
    private readonly Lock _lock = new();
    private volatile Generation? _generation;

    /// <summary>The application behind the sidecar, where every request goes that no route sends elsewhere.</summary>
    public Cluster Default => Current().Default;

    /// <summary>All clusters.</summary>
    public IEnumerable<Cluster> All => Current().All;

    /// <summary>A cluster by its name.</summary>
    /// <param name="name">The name, which validation knows; null for the application behind the sidecar.</param>
    /// <returns>The cluster.</returns>
    public Cluster Get(string? name) => name is not null && Current().ByName.TryGetValue(name, out var cluster) ? cluster : Default;

    private Generation Current() =>
        _generation is { } generation && generation.IsOf(settings.Current) ? generation : Renew();

    private Generation Renew()
    {
        lock (_lock)
        {
            var options = settings.Current;
            return _generation is { } generation && generation.IsOf(options) ? generation : _generation = new(options, _generation);
        }
    }

    private sealed class Generation
    {
        private readonly SidecarOptions _options;

        public Generation(SidecarOptions options, Generation? before)
        {
            _options = options;
            Default = Make(null, options.Upstream, before?.Default);
            ByName = options.Clusters.ToDictionary(
                pair => pair.Key,
                pair => Make(pair.Key, pair.Value, before?.ByName.GetValueOrDefault(pair.Key)),
                StringComparer.OrdinalIgnoreCase);
        }

        public Cluster Default { get; }

        public Dictionary<string, Cluster> ByName { get; }

        public IEnumerable<Cluster> All => ByName.Values.Prepend(Default);

        public bool IsOf(SidecarOptions options) => ReferenceEquals(_options, options);

        private static Cluster Make(string? name, UpstreamOptions options, Cluster? before) =>
            before is not null && ReferenceEquals(before.Options, options) ? before : new(name, options);
    }
}
