using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.Discovery;

/// <summary>Looks the targets of a cluster up again and again. A name of which nothing is known any more keeps what was known last.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="options">How its targets are looked up.</param>
/// <param name="services">What it takes.</param>
internal sealed class TargetDiscovery(Cluster cluster, DiscoveryOptions options, ClusterServices services)
{
    private static readonly TimeSpan ShortestTtl = TimeSpan.FromSeconds(1);

    private readonly Dictionary<TargetEndpoint, IReadOnlyList<TargetEndpoint>> _known = Cluster.Configured(cluster.Options).DistinctBy(static target => target.Url).ToDictionary(
        static target => target,
        target => (IReadOnlyList<TargetEndpoint>)[.. cluster.Targets.Select(static known => known.Endpoint).Where(endpoint => endpoint.Url == target.Url)]);
    private readonly TargetEndpoint[] _configured = [.. Cluster.Configured(cluster.Options).DistinctBy(static target => target.Url)];
    private bool _fails;

    /// <summary>Looks them up until it is cancelled.</summary>
    /// <param name="changed">Is told when they have changed.</param>
    /// <param name="stop">Cancels it.</param>
    public async Task RunAsync(Action changed, CancellationToken stop)
    {
        while (true)
        {
            var next = await LookAsync(stop);
            Update(changed);
            await Task.Delay(next, services.Time, stop);
        }
    }

    private async Task<TimeSpan> LookAsync(CancellationToken stop)
    {
        var (next, problem) = (options.RefreshInterval, (string?)null);
        foreach (var target in _configured)
        {
            try
            {
                (_known[target], var ttl) = await services.Resolver.ResolveAsync(target, options, stop);
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
        if (!cluster.Update(all))
            return;
        changed();
        services.Events.Discovered(cluster, string.Join(", ", cluster.Targets));
    }

    private void Report(string? problem)
    {
        services.Events.LookedUp(cluster, problem is null);
        if (problem is not null && !_fails)
            services.Events.Lost(cluster, problem);
        else if (problem is null && _fails)
            services.Events.Found(cluster);
        _fails = problem is not null;
    }
}
