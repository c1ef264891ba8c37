using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.LoadBalancing;

/// <summary>By chance.</summary>
internal sealed class RandomPolicy : ILoadBalancingPolicy
{
    /// <inheritdoc />
    public Target Pick(HttpContext context, ReadOnlySpan<Target> targets) => Weights.Random(targets);
}
