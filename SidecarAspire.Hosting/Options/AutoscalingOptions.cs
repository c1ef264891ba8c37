namespace SidecarAspire.Hosting;

/// <summary>How the number of Pods follows the load.</summary>
public sealed class AutoscalingOptions
{
    /// <summary>Whether it does. Default: true. It takes autoscaling/v2, Kubernetes 1.23, and a metrics server.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The least number of Pods. Default: <see cref="SidecarKubernetesOptions.Replicas"/>.</summary>
    public int? MinReplicas { get; set; }

    /// <summary>The greatest number of Pods. Default: 10.</summary>
    public int MaxReplicas { get; set; } = 10;

    /// <summary>The processor time at which Pods are added, in percent of what the Pod's containers request. Default: 70.</summary>
    public int CpuPercent { get; set; } = 70;
}
