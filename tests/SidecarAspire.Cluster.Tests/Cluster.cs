using System.Text.Json.Nodes;

namespace SidecarAspire.Cluster.Tests;

/// <summary>
/// The cluster that KUBECONFIG names, with the app and its sidecar as AppHost.cs publishes them for clusters before 1.21: two containers, and no kinds
/// that such a cluster does not know.
/// </summary>
public sealed class Cluster : IAsyncLifetime
{
    private const string Selector = "app.kubernetes.io/name=legacy-app";

    private readonly TemporaryFolder _folder = new();

    /// <summary>The published manifests.</summary>
    internal string Manifests => _folder.At("kubernetes");

    /// <summary>Where the Service answers inside the cluster, which is where the tests are.</summary>
    internal Uri Service { get; private set; } = new("about:blank");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        var run = await CommandRun.OfAsync(Path.Combine(Repository.Root, "SidecarAspire.AppHost"), "dotnet",
            Repository.OutputOf("SidecarAspire.AppHost"), "--operation", "publish", "--step", "publish", "--output-path", _folder.Path,
            "--k8s:Mode=Container", "--k8s:Autoscaling:Enabled=false", "--k8s:DisruptionBudget=false");
        run.ExitCode.ShouldBe(0, run.Error);
        await KubectlAsync("apply", "--kustomize", Manifests);
        await RolledOutAsync();
        var service = await GetAsync("service/legacy-app");
        Service = new($"http://{service["spec"]!["clusterIP"]}:{service["spec"]!["ports"]![0]!["port"]}");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await KubectlAsync("delete", "--kustomize", Manifests, "--wait=false");
        _folder.Dispose();
    }

    /// <summary>Runs kubectl, which has to succeed.</summary>
    /// <returns>What it wrote to standard output.</returns>
    internal static async Task<string> KubectlAsync(params string[] arguments)
    {
        var run = await CommandRun.OfAsync(Repository.Root, "kubectl", arguments);
        run.ExitCode.ShouldBe(0, $"kubectl {string.Join(' ', arguments)}: {run.Error}");
        return run.Output;
    }

    internal static async Task<JsonNode> GetAsync(string what) => JsonNode.Parse(await KubectlAsync("get", what, "--output", "json"))!;

    /// <summary>The Pods, those that are ending included.</summary>
    internal static async Task<JsonObject[]> PodsAsync() =>
        [.. JsonNode.Parse(await KubectlAsync("get", "pods", "--selector", Selector, "--output", "json"))!["items"]!.AsArray().OfType<JsonObject>()];

    internal static Task<string> SidecarLogsAsync() => KubectlAsync("logs", "--selector", Selector, "--container", "sidecar", "--tail=-1");

    internal static Task RolledOutAsync() => KubectlAsync("rollout", "status", "deployment/legacy-app", "--timeout=120s");
}
