using System.Text.Json.Nodes;
using SidecarAspire.Hosting.Kubernetes;

namespace SidecarAspire.Hosting.Helm;

/// <summary>Lifts the values out of the objects.</summary>
/// <param name="values">Where they go.</param>
internal sealed class ChartObjects(ChartValues values)
{
    /// <summary>Lifts what may be set of an object.</summary>
    /// <param name="tree">The object; it is changed.</param>
    /// <param name="replicas">The number of Pods where there is no autoscaler.</param>
    public void Lift(JsonObject tree, int replicas)
    {
        // The release has one.
        tree["metadata"]?.AsObject().Remove("namespace");
        var spec = tree["spec"] as JsonObject;
        switch (tree["kind"]?.GetValue<string>())
        {
            case nameof(Deployment):
                Deployment(spec, replicas);
                break;
            case nameof(Service):
                values.Lift(spec, "type", "service.type", ValueSchema.Choice<KubernetesServiceType>("Who reaches the Service."));
                values.Lift(spec?["ports"]?[0] as JsonObject, "port", "service.port", ValueSchema.Number("The Service's port.", most: 65535));
                break;
            case nameof(HorizontalPodAutoscaler):
                values.Lift(spec, "minReplicas", "autoscaling.minReplicas", ValueSchema.Number("The least number of Pods."));
                values.Lift(spec, "maxReplicas", "autoscaling.maxReplicas", ValueSchema.Number("The greatest number of Pods."));
                values.Lift(spec?["metrics"]?[0]?["resource"]?["target"] as JsonObject, "averageUtilization", "autoscaling.cpuPercent",
                    ValueSchema.Number("The processor time at which Pods are added, in percent of what they request."));
                break;
            case nameof(Secret):
                values.Lift(tree, "stringData", "secrets", ValueSchema.Texts("The secret parameters, in plain text."));
                break;
        }
    }

    private void Deployment(JsonObject? spec, int replicas)
    {
        if (spec is null)
        {
            return;
        }

        spec.Remove("replicas");
        spec.Insert(0, "replicas", replicas);
        values.Lift(spec, "replicas", "replicas", ValueSchema.Number("The number of Pods; not used with autoscaling."));
        values.Lift(spec["template"]?["metadata"] as JsonObject, "annotations", "podAnnotations", ValueSchema.Texts("Annotations of the Pods."));
        var pod = spec["template"]?["spec"];
        foreach (var container in Containers(pod?["containers"]).Concat(Containers(pod?["initContainers"])))
        {
            var name = container["name"]?.GetValue<string>();
            if (name is not (Container.AppName or Container.SidecarName))
            {
                continue;
            }

            var who = name == Container.AppName ? "application" : "sidecar";
            values.Lift(container, "image", $"{name}.image", ValueSchema.Text($"The image of the {who}."));
            values.Lift(container, "imagePullPolicy", "pullPolicy", ValueSchema.Choice<ImagePullPolicy>("When nodes fetch the images."));
            values.Lift(container, "env", $"{name}.env", ValueSchema.Variables($"The variables of the {who}; ports among them are those of the Pod and do not change."));
            values.Lift(container, "resources", $"{name}.resources", ValueSchema.Map($"What the {who} gets of the node."));
        }
    }

    private static IEnumerable<JsonObject> Containers(JsonNode? list) => list is JsonArray array ? array.OfType<JsonObject>() : [];
}
