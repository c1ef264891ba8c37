using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>The sidecar's configuration. It is mounted as a folder: a single file mounted by <c>subPath</c> would never change.</summary>
internal sealed record ConfigMap(ObjectMeta Metadata, IReadOnlyDictionary<string, string> Data) : KubernetesObject("v1", "ConfigMap", Metadata)
{
    public const string FileName = "sidecar.json";

    private const string Section = "Sidecar";
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ConfigMap Of(SidecarApp app) => new(
        app.Metadata(app.ConfigMapName),
        new SortedDictionary<string, string>(StringComparer.Ordinal) { [FileName] = Content(app).ToJsonString(s_readable) + "\n" });

    private static JsonObject Content(SidecarApp app)
    {
        var section = app.Options.Configuration.DeepClone().AsObject();
        var lifecycle = section["Lifecycle"] as JsonObject ?? [];
        section["Lifecycle"] = lifecycle;
        // The grace period is reckoned from these: whoever sets them sets them in the options.
        lifecycle["DrainDelay"] = Seconds(app.Options.DrainDelay);
        lifecycle["DrainTimeout"] = Seconds(app.Options.DrainTimeout);
        if (app.Options.AppReadinessPath is { } path)
        {
            lifecycle["ReadinessPath"] = path;
        }

        return new JsonObject { [Section] = section };
    }

    private static string Seconds(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalSeconds}s");
}
