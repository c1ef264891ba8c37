using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>An identity that gives no access to the API server.</summary>
internal sealed record ServiceAccount(ObjectMeta Metadata) : KubernetesObject("v1", "ServiceAccount", Metadata)
{
    public bool AutomountServiceAccountToken { get; }

    public static ServiceAccount Of(SidecarApp app) => new(app.Metadata());
}
