namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>Picks Pods or namespaces by their labels.</summary>
internal sealed record LabelSelector(IReadOnlyDictionary<string, string> MatchLabels);
