using System.Text.Json.Nodes;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>The objects of one application and the files they are written to.</summary>
internal static class KubernetesFiles
{
    /// <summary>The objects of the plain manifests, by the names of their files.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Of(SidecarApp app) => Named(Objects(app).Where(value => IsWanted(value, app.Options)), app.Options.Customize);

    /// <summary>The objects of a chart, whose values say which of them are wanted.</summary>
    public static IReadOnlyDictionary<string, JsonObject> All(SidecarApp app) => Named(Objects(app), app.Options.Customize);

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
        yield return Deployment.Of(app);
        yield return Service.Of(app);
        yield return ConfigMap.Of(app);
        if (app.Options.ServiceAccount is null)
        {
            yield return ServiceAccount.Of(app);
        }

        if (app.Secrets.Count > 0)
        {
            yield return Secret.Of(app);
        }

        yield return HorizontalPodAutoscaler.Of(app);
        yield return PodDisruptionBudget.Of(app);
        yield return NetworkPolicy.Of(app);
    }

    private static bool IsWanted(KubernetesObject value, SidecarKubernetesOptions options) => value switch
    {
        HorizontalPodAutoscaler => options.Autoscaling.Enabled,
        PodDisruptionBudget => options.DisruptionBudget,
        NetworkPolicy => options.NetworkPolicy.Enabled,
        _ => true,
    };
}
