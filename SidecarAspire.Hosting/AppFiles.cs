using SidecarAspire.Hosting.GatewayApi;
using SidecarAspire.Hosting.Helm;
using SidecarAspire.Hosting.Istio;
using SidecarAspire.Hosting.Kubernetes;
using SidecarAspire.Hosting.Model;
using SidecarAspire.Hosting.Output;

namespace SidecarAspire.Hosting;

/// <summary>All files of one application.</summary>
internal static class AppFiles
{
    /// <summary>Adds them.</summary>
    /// <param name="files">Where to.</param>
    /// <param name="app">The application.</param>
    /// <param name="root">The folder of the application's, with a slash at its end; empty for the output folder itself.</param>
    public static void AddTo(OutputFiles files, SidecarApp app, string root)
    {
        var objects = KubernetesFiles.Of(app);
        foreach (var (name, tree) in objects)
        {
            files.Add($"{root}kubernetes/{name}", YamlText.Of(tree));
        }

        files.Add($"{root}kubernetes/{Kustomization.FileName}", YamlText.Of(KubernetesJson.ToTree(Kustomization.Of(objects.Keys))));
        IstioComponent.Of(app).AddTo(files, app, root);
        GatewayApiComponent.Of(app).AddTo(files, app, root);
        HelmChart.AddTo(files, app, root);
    }
}
