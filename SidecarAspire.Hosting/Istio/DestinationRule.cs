using SidecarAspire.Hosting.Kubernetes;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Istio;

/// <summary>How Istio's proxies talk to the Pods: in clear text, because there is no second proxy in the Pod that would take their TLS.</summary>
internal sealed record DestinationRule(ObjectMeta Metadata, DestinationRule.DestinationRuleSpec Spec) : KubernetesObject("networking.istio.io/v1beta1", "DestinationRule", Metadata)
{
    public static DestinationRule Of(SidecarApp app) => new(app.Metadata(), new(app.Name, new(new("DISABLE"))));

    internal sealed record DestinationRuleSpec(string Host, TrafficPolicy TrafficPolicy);

    internal sealed record TrafficPolicy(ClientTls Tls);

    internal sealed record ClientTls(string Mode);
}
