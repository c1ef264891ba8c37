namespace SidecarAspire.Bench.Compare;

/// <summary>What a client saw.</summary>
/// <param name="Requests">How many were responded to.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Latency">Of all of them.</param>
/// <param name="Failure">What is wrong with it, or null.</param>
internal sealed record Result(long Requests, double Seconds, Quantiles? Latency, string? Failure = null);
