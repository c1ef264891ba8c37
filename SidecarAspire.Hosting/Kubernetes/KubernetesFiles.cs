using System.Text.Json.Nodes;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>The objects of one application and the files they are written to.</summary>
internal static class KubernetesFiles
{
    /// <summary>The objects of the plain manifests, by the names of their files.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Of(SidecarApp app) => Named(Objects(app), app.Options.Customize);

    /// <summary>Objects as trees, customised, by the names of their files.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Named(IEnumerable<KubernetesObject> objects, Action<JsonObject>? customize)
    {
        var trees = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var value in objects)
        {
            var tree = KubernetesJson.ToTree(value);
            customize?.Invoke(tree);
#pragma warning disable CA1308 // A file name, not a comparison.
            trees.Add($"{value.Kind.ToLowerInvariant()}.yaml", tree);
#pragma warning restore CA1308
        }

        return trees;
    }

    private static IEnumerable<KubernetesObject> Objects(SidecarApp app)
    {
        var options = app.Options;
        yield return Deployment.Of(app);
        yield return Service.Of(app);
        yield return ConfigMap.Of(app);
        if (options.ServiceAccount is null)
        {
            yield return ServiceAccount.Of(app);
        }

        if (app.Secrets.Count > 0)
        {
            yield return Secret.Of(app);
        }

        if (options.Autoscaling.Enabled)
        {
            yield return HorizontalPodAutoscaler.Of(app);
        }

        if (options.DisruptionBudget)
        {
            yield return PodDisruptionBudget.Of(app);
        }

        if (options.NetworkPolicy.Enabled)
        {
            yield return NetworkPolicy.Of(app);
        }
    }
}
