using System.Text.Json.Nodes;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>The objects of one application and the files they are written to.</summary>
internal static class KubernetesFiles
{
    /// <summary>All objects, customised, by the names of their files.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Objects(SidecarApp app)
    {
        var options = app.Options;
        var objects = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        Add(Deployment.Of(app));
        Add(Service.Of(app));
        Add(ConfigMap.Of(app));
        if (options.ServiceAccount is null)
        {
            Add(ServiceAccount.Of(app));
        }

        if (app.Secrets.Count > 0)
        {
            Add(Secret.Of(app));
        }

        if (options.Autoscaling.Enabled)
        {
            Add(HorizontalPodAutoscaler.Of(app));
        }

        if (options.DisruptionBudget)
        {
            Add(PodDisruptionBudget.Of(app));
        }

        if (options.NetworkPolicy.Enabled)
        {
            Add(NetworkPolicy.Of(app));
        }

        return objects;

        void Add(KubernetesObject value)
        {
            var tree = KubernetesJson.ToTree(value);
            options.Customize?.Invoke(tree);
#pragma warning disable CA1308 // A file name, not a comparison.
            objects[$"{value.Kind.ToLowerInvariant()}.yaml"] = tree;
#pragma warning restore CA1308
        }
    }
}
