namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>How a host is reached, in the keys of <see cref="Configuration.UpstreamOptions"/>.</summary>
/// <param name="Groups">The settings by the field that they come from; a subset's field stands in for its host's.</param>
/// <param name="Tls">How far the connection is secured, or null.</param>
internal sealed record TrafficPolicy(IReadOnlyDictionary<string, IReadOnlyList<PolicySetting>> Groups, IstioField? Tls)
{
    /// <summary>Reads one.</summary>
    /// <param name="policy">The field <c>trafficPolicy</c>, or null.</param>
    /// <returns>What it says.</returns>
    public static TrafficPolicy Read(IstioField? policy)
    {
        var groups = new Dictionary<string, IReadOnlyList<PolicySetting>>();
        if (policy is null)
            return new(groups, null);
        Add("loadBalancer", LoadBalancerMapping.Read);
        Add("connectionPool", ConnectionPoolMapping.Read);
        Add("outlierDetection", OutlierMapping.Read);
        Add("tls", TlsMapping.Read);
        var mode = policy["tls"]?["mode"];
        policy.Close();
        return new(groups, mode);

        void Add(string name, Func<IstioField, IEnumerable<PolicySetting>> read)
        {
            if (policy[name] is { } field)
                groups.Add(name, [.. read(field)]);
        }
    }

    /// <summary>Puts a subset's policy over its host's.</summary>
    /// <returns>Both.</returns>
    public TrafficPolicy With(TrafficPolicy subset) => new(
        Groups.Where(group => !subset.Groups.ContainsKey(group.Key)).Concat(subset.Groups).ToDictionary(),
        subset.Tls ?? Tls);
}

/// <summary>A setting of how a host is reached.</summary>
/// <param name="Key">Its key below the cluster's.</param>
/// <param name="Value">Its value.</param>
/// <param name="From">Where it comes from.</param>
internal sealed record PolicySetting(string Key, string Value, IstioField From);
