namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>The name of an object and what is said about it.</summary>
internal sealed record ObjectMeta(
    string? Name = null, string? Namespace = null, IReadOnlyDictionary<string, string>? Labels = null, IReadOnlyDictionary<string, string>? Annotations = null);
