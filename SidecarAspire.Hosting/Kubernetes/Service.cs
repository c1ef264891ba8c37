using SidecarAspire.Hosting.Model;

namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>One address for all Pods. It leads to the sidecar; the application's own port is in no Service.</summary>
internal sealed record Service(ObjectMeta Metadata, Service.ServiceSpec Spec) : KubernetesObject("v1", "Service", Metadata)
{
    public static Service Of(SidecarApp app) => new(
        app.Metadata(),
        new(app.Options.ServiceType, app.Selector, [new(PodContainers.HttpPort, app.Options.ServicePort, PodContainers.HttpPort)]));

    internal sealed record ServiceSpec(KubernetesServiceType Type, IReadOnlyDictionary<string, string> Selector, IReadOnlyList<ServicePort> Ports);

    internal sealed record ServicePort(string Name, int Port, string TargetPort)
    {
        public string Protocol { get; } = "TCP";

        public string AppProtocol { get; } = "http";
    }
}
