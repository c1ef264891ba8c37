using Sidecar.Proxy.Upstream.Discovery;
using Sidecar.Proxy.Upstream.Health;

namespace Sidecar.Proxy.Upstream.Targets;

/// <summary>The clusters of the configuration in force. One whose options a reload leaves as they are lives on.</summary>
internal sealed class Clusters : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SidecarSettings _settings;
    private readonly ClusterServices _services;
    private readonly Dictionary<Cluster, ClusterWorker> _workers = [];
    private volatile Generation? _generation;

    /// <summary>Takes what clusters need.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="events">Who is told of what happens to targets.</param>
    /// <param name="probe">Who asks targets how they are.</param>
    /// <param name="resolver">Who asks DNS.</param>
    /// <param name="time">The clock.</param>
    public Clusters(SidecarSettings settings, TargetEvents events, TargetProbe probe, TargetResolver resolver, TimeProvider time)
    {
        _settings = settings;
        _services = new ClusterServices(this, settings, time, events, probe, resolver);
    }

    /// <summary>The application behind the sidecar, where every request goes that no route sends elsewhere.</summary>
    public Cluster Default => Current().Default;

    /// <summary>All clusters.</summary>
    public IEnumerable<Cluster> All => Current().All;

    /// <summary>A cluster by its name.</summary>
    /// <param name="name">What routes call it, or null for the application behind the sidecar.</param>
    /// <returns>The cluster, or null when a reload has taken it away.</returns>
    public Cluster? Find(string? name) => name is null ? Default : Current().ByName.GetValueOrDefault(name);

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var worker in _workers.Values)
                worker.Dispose();
            _workers.Clear();
        }
    }

    private Generation Current() =>
        _generation is { } generation && generation.IsOf(_settings.Current) ? generation : Renew();

    private Generation Renew()
    {
        lock (_lock)
        {
            var options = _settings.Current;
            if (_generation is { } generation && generation.IsOf(options))
                return generation;
            var next = new Generation(options, _services, _generation);
            foreach (var cluster in next.All.Where(cluster => !_workers.ContainsKey(cluster)))
                _workers[cluster] = new ClusterWorker(cluster, _services);
            foreach (var gone in _workers.Keys.Except(next.All).ToArray())
            {
                _workers.Remove(gone, out var worker);
                worker!.Dispose();
            }

            return _generation = next;
        }
    }

    private sealed class Generation
    {
        private readonly SidecarOptions _options;

        public Generation(SidecarOptions options, ClusterServices services, Generation? before)
        {
            _options = options;
            Default = Make(null, options.Upstream, services, before?.Default);
            ByName = options.Clusters.ToDictionary(
                pair => pair.Key,
                pair => Make(pair.Key, pair.Value, services, before?.ByName.GetValueOrDefault(pair.Key)),
                StringComparer.OrdinalIgnoreCase);
        }

        public Cluster Default { get; }

        public Dictionary<string, Cluster> ByName { get; }

        public IEnumerable<Cluster> All => ByName.Values.Prepend(Default);

        public bool IsOf(SidecarOptions options) => ReferenceEquals(_options, options);

        private static Cluster Make(string? name, UpstreamOptions options, ClusterServices services, Cluster? before) =>
            before is not null && ReferenceEquals(before.Options, options) ? before : new(name, options, services, before);
    }
}
