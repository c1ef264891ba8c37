namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>Failover names clusters that exist and never leads back.</summary>
internal static class FailoverValidation
{
    /// <summary>Looks at all clusters.</summary>
    /// <returns>What is wrong with it.</returns>
    public static IEnumerable<ValidationResult> Validate(SidecarOptions options)
    {
        var all = options.Clusters.Select(cluster => ($"{nameof(options.Clusters)}:{cluster.Key}", (string?)cluster.Key, cluster.Value)).Prepend((nameof(options.Upstream), null, options.Upstream));
        foreach (var (path, name, upstream) in all)
        {
            if (upstream.Failover is not { } failover)
                continue;
            if (!options.Clusters.ContainsKey(failover.Cluster))
                yield return Problem(path, options.Clusters.Count == 0 ? "a key of Sidecar:Clusters, which is empty" : $"one of the keys of Sidecar:Clusters: {string.Join(", ", options.Clusters.Keys.Order(StringComparer.Ordinal))}");
            else if (LeadsBack(options, name, failover))
                yield return Problem(path, "a cluster whose own failover does not lead back");
        }
    }

    private static ValidationResult Problem(string path, string allowed) => new(allowed, [$"{path}:{nameof(UpstreamOptions.Failover)}:{nameof(FailoverOptions.Cluster)}"]);

    private static bool LeadsBack(SidecarOptions options, string? start, FailoverOptions failover)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (start is not null)
            seen.Add(start);
        for (var next = failover; next is not null; next = options.Clusters.GetValueOrDefault(next.Cluster)?.Failover)
        {
            if (!seen.Add(next.Cluster))
                return true;
        }

        return false;
    }
}
