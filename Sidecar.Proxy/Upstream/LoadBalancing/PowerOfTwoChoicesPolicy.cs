using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.LoadBalancing;

/// <summary>Of two targets taken by chance the one with fewer requests for its weight.</summary>
internal sealed class PowerOfTwoChoicesPolicy : ILoadBalancingPolicy
{
    /// <inheritdoc />
    public Target Pick(HttpContext context, ReadOnlySpan<Target> targets)
    {
        if (targets.Length == 1)
            return targets[0];
        var one = Random.Shared.Next(targets.Length);
        var other = Random.Shared.Next(targets.Length - 1);
        if (other >= one)
            other++;
        return Weights.IsLighter(targets[other], targets[one]) ? targets[other] : targets[one];
    }
}
