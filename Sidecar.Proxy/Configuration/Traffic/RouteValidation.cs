namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>What routes may say depends on the clusters and on one another.</summary>
internal static class RouteValidation
{
    /// <summary>Looks for clusters that are not there, and for names given twice.</summary>
    /// <returns>What is wrong.</returns>
    public static IEnumerable<ValidationResult> Validate(SidecarOptions options)
    {
        var known = options.Clusters.Count == 0 ? "left out, for there are no Clusters" : $"one of the Clusters: {string.Join(", ", options.Clusters.Keys.Order(StringComparer.Ordinal))}";
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < options.Routes.Count; i++)
        {
            var route = options.Routes[i];
            var path = $"{nameof(SidecarOptions.Routes)}:{i}";
            if (!names.Add(route.Name))
                yield return new("a name that no route before it has", [$"{path}:{nameof(RouteOptions.Name)}"]);
            foreach (var (key, cluster) in Clusters(route))
            {
                if (cluster is not null && !options.Clusters.ContainsKey(cluster))
                    yield return new(known, [$"{path}:{key}"]);
            }
        }
    }

    private static IEnumerable<(string Key, string? Cluster)> Clusters(RouteOptions route)
    {
        yield return (nameof(RouteOptions.Cluster), route.Cluster);
        for (var i = 0; i < route.Split.Count; i++)
            yield return ($"{nameof(RouteOptions.Split)}:{i}:{nameof(SplitOptions.Cluster)}", route.Split[i].Cluster);
        yield return ($"{nameof(RouteOptions.Mirror)}:{nameof(MirrorOptions.Cluster)}", route.Mirror?.Cluster);
    }
}
