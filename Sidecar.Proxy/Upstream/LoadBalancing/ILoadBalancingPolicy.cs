using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.LoadBalancing;

/// <summary>Chooses the target of a request. One instance serves one cluster, all its requests at once.</summary>
internal interface ILoadBalancingPolicy
{
    /// <summary>Chooses.</summary>
    /// <param name="context">The request.</param>
    /// <param name="targets">The targets that may be used, in the order of the configuration; at least one.</param>
    /// <returns>One of them.</returns>
    Target Pick(HttpContext context, ReadOnlySpan<Target> targets);
}
