using System.Text.Json.Nodes;
using SidecarAspire.Hosting.Kubernetes;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.GatewayApi;

/// <summary>What is added where there is a Gateway.</summary>
internal static class GatewayApiComponent
{
    public static ComponentFiles Of(SidecarApp app) => new(
        "gateway-api",
        [HttpRoute.Of(app)],
        new SortedDictionary<string, JsonObject>(StringComparer.Ordinal) { ["service-patch.yaml"] = ServicePatch.ClusterIP(app) });
}
