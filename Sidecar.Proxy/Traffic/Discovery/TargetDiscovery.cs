namespace Sidecar.Proxy.Traffic.Discovery;

/// <summary>Looks the targets of a cluster up again and again. A name of which nothing is known any more keeps what was known last.</summary>
internal sealed class TargetDiscovery
{
    private static readonly TimeSpan ShortestTtl = TimeSpan.FromSeconds(1);

    private readonly Cluster _cluster;
    private readonly DiscoveryOptions _options;
    private readonly ClusterServices _services;
    private readonly TargetEndpoint[] _configured;
    private readonly Dictionary<TargetEndpoint, IReadOnlyList<TargetEndpoint>> _known;
    private bool _fails;

    /// <summary>Begins with what the cluster knows.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="options">How its targets are looked up.</param>
    /// <param name="services">What it takes.</param>
    public TargetDiscovery(Cluster cluster, DiscoveryOptions options, ClusterServices services)
    {
        (_cluster, _options, _services) = (cluster, options, services);
        _configured = [.. Cluster.Configured(cluster.Options).DistinctBy(static target => target.Url)];
        _known = _configured.ToDictionary(
            static target => target,
            target => (IReadOnlyList<TargetEndpoint>)[.. cluster.Targets.Select(static known => known.Endpoint).Where(endpoint => endpoint.Url == target.Url)]);
    }

    /// <summary>Looks them up until it is cancelled.</summary>
    /// <param name="changed">Is told when they have changed.</param>
    /// <param name="stop">Cancels it.</param>
    public async Task RunAsync(Action changed, CancellationToken stop)
    {
        while (true)
        {
            var next = await LookAsync(stop);
            Update(changed);
            await Task.Delay(next, _services.Time, stop);
        }
    }

    private async Task<TimeSpan> LookAsync(CancellationToken stop)
    {
        var (next, problem) = (_options.RefreshInterval, (string?)null);
        foreach (var target in _configured)
        {
            try
            {
                (_known[target], var ttl) = await _services.Resolver.ResolveAsync(target, _options, stop);
                if (ttl < next)
                    next = ttl.Value > ShortestTtl ? ttl.Value : ShortestTtl < next ? ShortestTtl : next;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Whatever it is, an unreadable resolv.conf for instance: the next look is to come all the same.
                problem = exception.Message.ReplaceLineEndings(" ");
            }
        }

        Report(problem);
        return next;
    }

    private void Update(Action changed)
    {
        // In an order of their own: a server may answer in another one each time.
        TargetEndpoint[] all = [.. _configured.SelectMany(target => _known[target].DistinctBy(static endpoint => endpoint.Found).OrderBy(static endpoint => endpoint.Found?.ToString(), StringComparer.Ordinal))];
        if (!_cluster.Update(all))
            return;
        changed();
        _services.Events.Discovered(_cluster, string.Join(", ", _cluster.Targets));
    }

    private void Report(string? problem)
    {
        _services.Events.LookedUp(_cluster, problem is null);
        if (problem is not null && !_fails)
            _services.Events.Lost(_cluster, problem);
        else if (problem is null && _fails)
            _services.Events.Found(_cluster);
        _fails = problem is not null;
    }
}
