namespace SidecarAspire.Hosting;

/// <summary>How the sidecar is part of the Pod.</summary>
public enum SidecarMode
{
    /// <summary>A native sidecar: an init container that stays, up before the application and gone after it. Kubernetes 1.29 or later.</summary>
    Native,

    /// <summary>A container like the application's, for clusters before 1.29: both start and stop at the same time.</summary>
    Container,
}
