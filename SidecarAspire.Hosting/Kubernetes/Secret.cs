using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>The secret parameters, in plain text: only where they are asked for.</summary>
internal sealed record Secret(ObjectMeta Metadata, IReadOnlyDictionary<string, string> StringData) : KubernetesObject("v1", "Secret", Metadata)
{
    public string Type { get; } = "Opaque";

    public static Secret Of(SidecarApp app) => new(app.Metadata(app.SecretName), app.Secrets);
}
