using Sidecar.Proxy.Upstream.Discovery;
using Sidecar.Proxy.Upstream.Health;

namespace Sidecar.Proxy.Upstream.Targets;

/// <summary>What goes on for a cluster beside its requests, as long as it is in force: its targets are looked up, and asked how they are.</summary>
internal sealed class ClusterWorker : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<Target, CancellationTokenSource> _checked = [];
    private readonly Cluster _cluster;
    private readonly HealthChecker? _checker;

    /// <summary>Begins with what is configured.</summary>
    public ClusterWorker(Cluster cluster, ClusterServices services)
    {
        _cluster = cluster;
        if (cluster.Options.HealthChecks is { } checks)
            _checker = new HealthChecker(checks, services.Probe, services.Time);
        if (cluster.Options.Discovery is { } discovery)
            _ = Task.Run(() => new TargetDiscovery(cluster, discovery, services).RunAsync(Follow, _stop.Token));
        Follow();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            _stop.Cancel();
            foreach (var check in _checked.Values)
                check.Dispose();
            _checked.Clear();
        }

        // A successor has taken over what is worth knowing.
        foreach (var health in _cluster.Targets.Select(static target => target.Health).OfType<TargetHealth>().Where(health => health.Cluster == _cluster))
            health.Dispose();
    }

    private void Follow()
    {
        if (_checker is null)
            return;
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
                return;
            foreach (var gone in _checked.Keys.Except(_cluster.Targets).ToArray())
            {
                _checked.Remove(gone, out var check);
                check!.Cancel();
                check.Dispose();
            }

            foreach (var target in _cluster.Targets.Where(target => !_checked.ContainsKey(target)))
            {
                var check = _checked[target] = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                _ = _checker.RunAsync(target, check.Token);
            }
        }
    }
}
