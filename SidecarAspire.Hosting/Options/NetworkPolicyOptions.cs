namespace SidecarAspire.Hosting;

/// <summary>Who may reach the Pod. The traffic port is open to all, the admin port to those named here, and nothing else to anybody.</summary>
public sealed class NetworkPolicyOptions
{
    /// <summary>Whether there is a NetworkPolicy. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The namespace whose Pods may scrape the admin port; null for none. Default: <c>monitoring</c>.</summary>
    public string? ScrapeNamespace { get; set; } = "monitoring";

    /// <summary>
    /// Networks in CIDR notation that may reach the admin port. Default: none; the node a Pod runs on always may, so its probes pass, with all
    /// but a few network plugins. Those need the nodes' network here.
    /// </summary>
    public IList<string> AdminNetworks { get; } = [];
}
