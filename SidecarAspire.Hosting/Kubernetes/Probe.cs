namespace SidecarAspire.Hosting.Kubernetes;

/// <summary>A GET request of the kubelet's to the Pod. Its port is a number: a name would have to be one of the same container's.</summary>
internal sealed record Probe(HttpGetAction HttpGet, int PeriodSeconds, int FailureThreshold, int TimeoutSeconds = 1);
