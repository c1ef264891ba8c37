namespace SidecarAspire.Hosting;

/// <summary>Who reaches the Service.</summary>
public enum KubernetesServiceType
{
    /// <summary>Anybody, through the cloud's load balancer.</summary>
    LoadBalancer,

    /// <summary>The cluster alone.</summary>
    ClusterIP,

    /// <summary>Anybody who reaches a node, at a port that Kubernetes chooses.</summary>
    NodePort,
}
