using System.Text.Json.Nodes;
using SidecarAspire.Hosting.Model;
using SidecarAspire.Hosting.Output;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>A kustomize component, objects and patches that add to the plain manifests, with an overlay that joins both.</summary>
/// <param name="Folder">The component's folder.</param>
/// <param name="Objects">What is added.</param>
/// <param name="Patches">What is changed, by file name.</param>
internal sealed record ComponentFiles(string Folder, IReadOnlyList<KubernetesObject> Objects, IReadOnlyDictionary<string, JsonObject> Patches)
{
    /// <summary>Adds the files.</summary>
    /// <param name="files">Where to.</param>
    /// <param name="app">The application.</param>
    /// <param name="root">The folder of the application's, with a slash at its end; empty for the output folder itself.</param>
    public void AddTo(OutputFiles files, SidecarApp app, string root)
    {
        var objects = KubernetesFiles.Named(Objects, app.Options.Customize);
        foreach (var (name, tree) in objects.Concat(Patches))
        {
            files.Add($"{root}{Folder}/{name}", YamlText.Of(tree));
        }

        files.Add($"{root}{Folder}/{Kustomization.FileName}", YamlText.Of(KubernetesJson.ToTree(Kustomization.Component(objects.Keys, Patches.Keys))));
        files.Add($"{root}overlays/{Folder}/{Kustomization.FileName}", YamlText.Of(KubernetesJson.ToTree(Kustomization.Overlay("../../kubernetes", $"../../{Folder}"))));
    }
}
