using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SidecarAspire.Hosting.Kubernetes;
using SidecarAspire.Hosting.Model;
using SidecarAspire.Hosting.Output;

namespace SidecarAspire.Hosting.Helm;

/// <summary>The objects of the plain manifests as a chart.</summary>
internal static class HelmChart
{
    private const string IsNative = "eq .Values.mode \"native\"";
    private const string IsContainer = "eq .Values.mode \"container\"";
    private const string IsScaled = ".Values.autoscaling.enabled";

    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Dictionary<string, string> s_optionalFields = new() { ["{{ .Values.replicas }}"] = $"not {IsScaled}" };
    private static readonly Dictionary<string, string> s_conditions = new()
    {
        ["horizontalpodautoscaler.yaml"] = IsScaled,
        ["poddisruptionbudget.yaml"] = ".Values.disruptionBudget.enabled",
        ["networkpolicy.yaml"] = ".Values.networkPolicy.enabled",
    };

    /// <summary>Adds the chart's files.</summary>
    /// <param name="files">Where to.</param>
    /// <param name="app">The application.</param>
    /// <param name="root">The folder of the application's, with a slash at its end; empty for the output folder itself.</param>
    public static void AddTo(OutputFiles files, SidecarApp app, string root)
    {
        var chart = $"{root}helm/{app.Name}";
        var values = Values(app.Options);
        foreach (var (name, text) in Templates(app, values))
        {
            files.Add($"{chart}/templates/{name}", text);
        }

        files.Add($"{chart}/templates/NOTES.txt", ChartNotes.Of(app));
        files.Add($"{chart}/Chart.yaml", YamlText.Of(new JsonObject
        {
            ["apiVersion"] = "v2",
            ["name"] = app.Name,
            ["description"] = $"{app.Name} and its sidecar in one Pod.",
            ["type"] = "application",
            ["version"] = app.Options.ChartVersion,
        }));
        files.Add($"{chart}/values.yaml", YamlText.Of(values.Defaults, values.Descriptions));
        files.Add($"{chart}/values.schema.json", ValueSchema.Of(values.Schemas).ToJsonString(s_readable) + "\n");
    }

    private static ChartValues Values(SidecarKubernetesOptions options)
    {
        var values = new ChartValues();
        values.Add("mode", options.Mode == SidecarMode.Native ? "native" : "container",
            ValueSchema.OneOf("native: an init container that stays, Kubernetes 1.29 or later; container: a container like the application's.", "native", "container"));
        values.Add("autoscaling.enabled", options.Autoscaling.Enabled, ValueSchema.Flag("Whether the number of Pods follows the load."));
        values.Add("disruptionBudget.enabled", options.DisruptionBudget, ValueSchema.Flag("Whether all Pods but one are kept while nodes are emptied."));
        values.Add("networkPolicy.enabled", options.NetworkPolicy.Enabled, ValueSchema.Flag("Whether only the sidecar's ports can be reached."));
        return values;
    }

    /// <summary>An object that is not the same in both modes has a template for each.</summary>
    private static IEnumerable<(string Name, string Text)> Templates(SidecarApp app, ChartValues values)
    {
        var native = Trees(app with { Mode = SidecarMode.Native }, values);
        var container = Trees(app with { Mode = SidecarMode.Container }, values);
        foreach (var (name, tree) in native)
        {
            string[] conditions = s_conditions.TryGetValue(name, out var condition) ? [condition] : [];
            var nativeText = Text(tree, conditions);
            if (nativeText == Text(container[name], conditions))
            {
                yield return (name, nativeText);
                continue;
            }

            var kind = Path.GetFileNameWithoutExtension(name);
            yield return ($"{kind}-native.yaml", Text(tree, [IsNative, .. conditions]));
            yield return ($"{kind}-container.yaml", Text(container[name], [IsContainer, .. conditions]));
        }

        string Text(JsonObject tree, string[] conditions) => ChartTemplate.Of(tree, values, s_optionalFields, conditions);
    }

    private static IReadOnlyDictionary<string, JsonObject> Trees(SidecarApp app, ChartValues values)
    {
        var lifting = new ChartObjects(values);
        var trees = KubernetesFiles.All(app);
        foreach (var tree in trees.Values)
        {
            lifting.Lift(tree, app.Options.Replicas);
        }

        return trees;
    }
}
