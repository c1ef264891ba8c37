namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>Which files of a folder belong together, so that <c>kubectl apply -k</c> takes the folder.</summary>
internal sealed record Kustomization
{
    private Kustomization(string apiVersion, string kind) => (ApiVersion, Kind) = (apiVersion, kind);

    public const string FileName = "kustomization.yaml";

    public string ApiVersion { get; }

    public string Kind { get; }

    public IReadOnlyList<string>? Resources { get; private init; }

    public IReadOnlyList<string>? Components { get; private init; }

    public IReadOnlyList<Patch>? Patches { get; private init; }

    /// <summary>A folder that stands for itself.</summary>
    public static Kustomization Of(IEnumerable<string> resources) => new("kustomize.config.k8s.io/v1beta1", "Kustomization") { Resources = [.. resources] };

    /// <summary>A folder together with a component.</summary>
    public static Kustomization Overlay(string folder, string component) =>
        new("kustomize.config.k8s.io/v1beta1", "Kustomization") { Resources = [folder], Components = [component] };

    /// <summary>A folder that adds to another one.</summary>
    public static Kustomization Component(IEnumerable<string> resources, IEnumerable<string> patches) =>
        new("kustomize.config.k8s.io/v1alpha1", "Component") { Resources = [.. resources], Patches = [.. patches.Select(path => new Patch(path))] };

    internal sealed record Patch(string Path);
}
