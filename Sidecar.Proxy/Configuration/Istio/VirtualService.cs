namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>What a VirtualService says at its top.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Namespace">Where it is.</param>
/// <param name="Hosts">The hosts it stands for, as they are written.</param>
/// <param name="Routes">Its routes for HTTP.</param>
internal sealed record VirtualService(string Name, string Namespace, IReadOnlyList<string> Hosts, IReadOnlyList<IstioField> Routes)
{
    /// <summary>Reads one.</summary>
    /// <returns>What it says.</returns>
    public static VirtualService Read(IstioObject one)
    {
        var spec = one.Spec;
        var hosts = spec["hosts"];
        if (hosts is null)
            spec.Bad("a VirtualService with hosts");
        // Which of Istio's proxies take it, and who may see it: this sidecar was given it.
        _ = (spec["gateways"], spec["exportTo"]);
        var routes = spec["http"]?.Items ?? [];
        spec.Close();
        return new(one.Name, one.Namespace, [.. hosts?.Items.Select(host => host.Text) ?? []], routes);
    }

    /// <summary>The full names of the hosts it leads to.</summary>
    /// <returns>The names.</returns>
    public IEnumerable<string> Destinations() => Routes
        .SelectMany(route => route["route"]?.Items ?? [])
        .Select(route => route["destination"]?["host"]?.Text)
        .OfType<string>()
        .Select(host => IstioHost.Full(host, Namespace));
}
