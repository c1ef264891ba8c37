using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>The traffic port for all, the admin port for those who scrape and probe, no other port for anybody.</summary>
internal sealed record NetworkPolicy(ObjectMeta Metadata, NetworkPolicy.PolicySpec Spec) : KubernetesObject("networking.k8s.io/v1", "NetworkPolicy", Metadata)
{
    public static NetworkPolicy Of(SidecarApp app)
    {
        var options = app.Options.NetworkPolicy;
        var rules = new List<Rule> { new(null, [new(app.Endpoints.Traffic)]) };
        var admins = options.AdminNetworks.Select(network => new Peer(IpBlock: new(network)));
        if (options.ScrapeNamespace is { } scraper)
        {
            admins = admins.Prepend(new Peer(NamespaceSelector: new LabelSelector(new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = scraper })));
        }

        // An empty list of peers would mean everybody.
        if (admins.ToArray() is { Length: > 0 } peers)
        {
            rules.Add(new(peers, [new(app.Endpoints.Admin)]));
        }

        return new(app.Metadata(), new(new LabelSelector(app.Selector), ["Ingress"], rules));
    }

    internal sealed record PolicySpec(LabelSelector PodSelector, IReadOnlyList<string> PolicyTypes, IReadOnlyList<Rule> Ingress);

    internal sealed record Rule(IReadOnlyList<Peer>? From, IReadOnlyList<PolicyPort> Ports);

    internal sealed record PolicyPort(int Port)
    {
        public string Protocol { get; } = "TCP";
    }

    internal sealed record Peer(LabelSelector? NamespaceSelector = null, Block? IpBlock = null);

    internal sealed record Block(string Cidr);
}
