namespace SidecarAspire.Hosting;

/// <summary>The Istio component. It is written beside the plain manifests and takes effect only where it is used.</summary>
public sealed class IstioOptions
{
    /// <summary>The hosts whose requests it routes. Default: the Service's name.</summary>
    public IList<string> Hosts { get; } = [];

    /// <summary>The Istio gateways it is bound to, such as <c>istio-ingress/public</c>; with these, <see cref="Hosts"/> is needed. Default: none, the mesh itself.</summary>
    public IList<string> Gateways { get; } = [];
}
