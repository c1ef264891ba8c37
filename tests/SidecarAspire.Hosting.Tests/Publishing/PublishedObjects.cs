using System.Text.Json.Nodes;

namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>Published objects as they fit together.</summary>
internal sealed class PublishedObjects(IEnumerable<JsonObject> objects)
{
    private readonly JsonObject[] _objects = [.. objects];

    /// <summary>The objects of a folder of manifests.</summary>
    public static PublishedObjects Of(Publication publication, string folder = "kubernetes") => new(publication.Files
        .Where(file => file.Key.StartsWith($"{folder}/", StringComparison.Ordinal) && !file.Key.EndsWith("kustomization.yaml", StringComparison.Ordinal) && !file.Key.EndsWith("-patch.yaml", StringComparison.Ordinal))
        .SelectMany(file => YamlObjects.Parse(file.Value)));

    public IReadOnlyList<JsonObject> All => _objects;

    public JsonNode Pod => this["Deployment"]["spec"]!["template"]!["spec"]!;

    public JsonNode PodMetadata => this["Deployment"]["spec"]!["template"]!["metadata"]!;

    public JsonObject[] Containers => [.. Items(Pod["initContainers"]), .. Items(Pod["containers"])];

    public JsonObject this[string kind] => _objects.Single(value => value["kind"]!.GetValue<string>() == kind);

    public bool Has(string kind) => _objects.Any(value => value["kind"]!.GetValue<string>() == kind);

    public JsonObject Container(string name) => Containers.Single(container => container["name"]!.GetValue<string>() == name);

    public string? Variable(string container, string name) => Items(Container(container)["env"]).SingleOrDefault(variable => variable["name"]!.GetValue<string>() == name)?["value"]?.GetValue<string>();

    public JsonObject? Source(string container, string name) => Items(Container(container)["env"]).SingleOrDefault(variable => variable["name"]!.GetValue<string>() == name)?["valueFrom"] as JsonObject;

    public static IEnumerable<JsonObject> Items(JsonNode? list) => list is JsonArray array ? array.OfType<JsonObject>() : [];
}
