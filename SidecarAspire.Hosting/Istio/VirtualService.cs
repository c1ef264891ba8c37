using SidecarAspire.Hosting.Kubernetes;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Istio;

/// <summary>Which requests go to the Service.</summary>
internal sealed record VirtualService(ObjectMeta Metadata, VirtualService.VirtualServiceSpec Spec) : KubernetesObject("networking.istio.io/v1beta1", "VirtualService", Metadata)
{
    public static VirtualService Of(SidecarApp app)
    {
        var istio = app.Options.Istio;
        return new(app.Metadata(), new(
            istio.Hosts.Count == 0 ? [app.Name] : [.. istio.Hosts],
            istio.Gateways.Count == 0 ? null : [.. istio.Gateways],
            [new([new(new(app.Name, new(app.Options.ServicePort)))])]));
    }

    internal sealed record VirtualServiceSpec(IReadOnlyList<string> Hosts, IReadOnlyList<string>? Gateways, IReadOnlyList<HttpRoute> Http);

    internal sealed record HttpRoute(IReadOnlyList<Weighted> Route);

    internal sealed record Weighted(Destination Destination);

    internal sealed record Destination(string Host, PortSelector Port);

    internal sealed record PortSelector(int Number);
}
