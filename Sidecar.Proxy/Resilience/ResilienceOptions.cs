namespace Sidecar.Proxy.Resilience;

/// <summary>What keeps one failure from becoming many. Applies to every request; a route may say otherwise part by part.</summary>
public sealed record ResilienceOptions
{
}
