using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.LoadBalancing;

/// <summary>The first target, as long as it may be used.</summary>
internal sealed class FirstPolicy : ILoadBalancingPolicy
{
    /// <inheritdoc />
    public Target Pick(HttpContext context, ReadOnlySpan<Target> targets) => targets[0];
}
