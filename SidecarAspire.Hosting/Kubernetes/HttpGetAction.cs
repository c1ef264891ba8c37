namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>A GET request to the Pod.</summary>
internal sealed record HttpGetAction(string Path, int Port);
