using System.Text.Json.Nodes;
using SidecarAspire.Hosting.Kubernetes;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Istio;

/// <summary>What is added where Istio is: routes, and no second proxy in the Pod.</summary>
internal static class IstioComponent
{
    private const string Inject = "sidecar.istio.io/inject";

    public static ComponentFiles Of(SidecarApp app) => new(
        "istio",
        [VirtualService.Of(app), DestinationRule.Of(app)],
        new SortedDictionary<string, JsonObject>(StringComparer.Ordinal)
        {
            ["deployment-patch.yaml"] = DeploymentPatch(app),
            ["service-patch.yaml"] = ServicePatch.ClusterIP(app),
        });

    // Istio looks at the label, older releases at the annotation.
    private static JsonObject DeploymentPatch(SidecarApp app)
    {
        var no = new JsonObject { [Inject] = "false" };
        return new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = KubernetesJson.ToTree(new ObjectMeta(app.Name, app.Options.Namespace)),
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = no, ["annotations"] = no.DeepClone() } },
            },
        };
    }
}
