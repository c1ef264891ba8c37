namespace SidecarAspire.Bench.Compare;

/// <summary>One piece of work through one proxy, once.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Peer">The proxy's name.</param>
/// <param name="Work">The work's name.</param>
/// <param name="Requests">How many were answered.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="UserMicros">CPU of the proxy in user space, µs a request.</param>
/// <param name="SystemMicros">CPU of the proxy in the kernel, µs a request.</param>
/// <param name="Latency">Of the paced client, ms.</param>
/// <param name="StolenSeconds">What the machine was robbed of meanwhile.</param>
/// <param name="Failure">Why it does not count, or null.</param>
internal sealed record Sample(int Round, string Peer, string Work, long Requests, double Seconds, double UserMicros, double SystemMicros, Quantiles? Latency, double StolenSeconds, string? Failure)
{
    /// <summary>Requests a second.</summary>
    public double Rate => Seconds > 0 ? Requests / Seconds : 0;

    /// <summary>CPU of the proxy, µs a request.</summary>
    public double CpuMicros => UserMicros + SystemMicros;
}
