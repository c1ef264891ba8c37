namespace Aspire.Hosting.ApplicationModel;

/// <summary>A Kubernetes environment: the applications that have a sidecar are published to it, each with its sidecar in one Pod.</summary>
/// <param name="name">The name; its step of the pipeline is <c>publish-name</c>.</param>
public sealed class SidecarKubernetesResource(string name) : Resource(name);
