using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace SidecarAspire.Pods.Tests.Pods;

/// <summary>The Pod that AppHost.cs publishes.</summary>
internal sealed class PublishedPod
{
    private static readonly ConcurrentDictionary<string, Task<PublishedPod>> s_published = new();

    private readonly JsonObject[] _objects;

    private PublishedPod(JsonObject[] objects) => _objects = objects;

    public JsonNode Spec => Object("Deployment")["spec"]!["template"]!["spec"]!;

    /// <summary>Containers that start before the others and stay, in their order.</summary>
    public JsonObject[] NativeSidecars => [.. Items(Spec["initContainers"])];

    public JsonObject[] Containers => [.. Items(Spec["containers"])];

    /// <summary>Publishes, once, with options of <c>AddSidecarKubernetes</c>, such as <c>--k8s:Mode=Container</c>.</summary>
    public static Task<PublishedPod> PublishAsync(params string[] options) => s_published.GetOrAdd(string.Join(' ', options), _ => RunAsync(options));

    public static IEnumerable<JsonObject> Items(JsonNode? list) => list is JsonArray array ? array.OfType<JsonObject>() : [];

    public JsonObject Object(string kind) => _objects.Single(value => value["kind"]!.GetValue<string>() == kind);

    public JsonObject Container(string name) => NativeSidecars.Concat(Containers).Single(container => container["name"]!.GetValue<string>() == name);

    public JsonObject Volume(string name) => Items(Spec["volumes"]).Single(volume => volume["name"]!.GetValue<string>() == name);

    private static async Task<PublishedPod> RunAsync(string[] options)
    {
        using var folder = new TemporaryFolder();
        var run = await CommandRun.OfAsync(Path.Combine(Repository.Root, "SidecarAspire.AppHost"), "dotnet",
            [Repository.OutputOf("SidecarAspire.AppHost"), "--operation", "publish", "--step", "publish", "--output-path", folder.Path, .. options]);
        run.ExitCode.ShouldBe(0, run.Error);
        return new([.. folder.Files.Where(file => file.Key.StartsWith("kubernetes/", StringComparison.Ordinal)).SelectMany(file => YamlObjects.Parse(file.Value))]);
    }
}
