using System.Text.Json.Nodes;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>Behind a gateway the Service needs no load balancer of its own.</summary>
internal static class ServicePatch
{
    public static JsonObject ClusterIP(SidecarApp app) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = KubernetesJson.ToTree(new ObjectMeta(app.Name, app.Options.Namespace)),
        ["spec"] = new JsonObject { ["type"] = nameof(KubernetesServiceType.ClusterIP) },
    };
}
