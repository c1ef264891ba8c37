using Sidecar.Proxy.Forwarding;

namespace Sidecar.Proxy.Traffic.LoadBalancing;

/// <summary>By chance.</summary>
internal sealed class RandomPolicy : ILoadBalancingPolicy
{
    /// <inheritdoc />
    public Target Pick(HttpContext context, ReadOnlySpan<Target> targets) => Weights.Random(targets);
}
