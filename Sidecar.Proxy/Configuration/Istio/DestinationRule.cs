namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>What a DestinationRule says.</summary>
/// <param name="Host">The host's full name.</param>
/// <param name="HostField">Where that stands.</param>
/// <param name="Policy">How all of it is reached.</param>
/// <param name="Subsets">How its subsets are reached, by their names.</param>
internal sealed record DestinationRule(string Host, IstioField? HostField, TrafficPolicy Policy, IReadOnlyDictionary<string, TrafficPolicy> Subsets)
{
    /// <summary>Reads one.</summary>
    /// <returns>What it says.</returns>
    public static DestinationRule Read(IstioObject one)
    {
        var spec = one.Spec;
        var host = spec["host"];
        if (host is null)
            spec.Bad("a DestinationRule with a host");
        if (host?.Text.Contains('*', StringComparison.Ordinal) == true)
            host.Unsupported("the name of one host is");
        var policy = TrafficPolicy.Read(spec["trafficPolicy"]);
        var subsets = new Dictionary<string, TrafficPolicy>(StringComparer.Ordinal);
        foreach (var subset in spec["subsets"]?.Items ?? [])
        {
            if (subset["name"] is not { } name)
                subset.Bad("a subset with a name");
            else if (!subsets.TryAdd(name.Text, TrafficPolicy.Read(subset["trafficPolicy"])))
                name.Bad("a name that no other subset has");
            // What Pods they are is for Sidecar:Istio:Hosts to say.
            _ = subset["labels"];
            subset.Close();
        }

        _ = spec["exportTo"];
        spec.Close();
        return new(IstioHost.Full(host?.Text ?? "", one.Namespace), host, policy, subsets);
    }
}
