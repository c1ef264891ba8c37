namespace SidecarAspire.Hosting;

/// <summary>What a container gets of the node, as Kubernetes quantities such as <c>250m</c> or <c>128Mi</c>; null leaves a field out.</summary>
public sealed class ContainerResources
{
    /// <summary>The processor time that is reserved; the autoscaler measures against it.</summary>
    public string? CpuRequest { get; set; }

    /// <summary>The memory that is reserved.</summary>
    public string? MemoryRequest { get; set; }

    /// <summary>The processor time it may not exceed. Default: none, because a limit throttles while the node is idle.</summary>
    public string? CpuLimit { get; set; }

    /// <summary>The memory at which it is killed.</summary>
    public string? MemoryLimit { get; set; }
}
