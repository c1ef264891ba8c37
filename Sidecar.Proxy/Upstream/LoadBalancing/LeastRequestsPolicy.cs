using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.LoadBalancing;

/// <summary>The target with the fewest requests for its weight; among equals one after the other.</summary>
internal sealed class LeastRequestsPolicy : ILoadBalancingPolicy
{
    private uint _turn;

    /// <inheritdoc />
    public Target Pick(HttpContext context, ReadOnlySpan<Target> targets)
    {
        var start = (int)((Interlocked.Increment(ref _turn) - 1) % (uint)targets.Length);
        var least = targets[start];
        for (var i = 1; i < targets.Length; i++)
        {
            var target = targets[(start + i) % targets.Length];
            if (Weights.IsLighter(target, least))
                least = target;
        }

        return least;
    }
}
