namespace Sidecar.Proxy.Upstream.LoadBalancing;

/// <summary>Makes policies.</summary>
internal static class LoadBalancingPolicies
{
    /// <summary>Makes the policy of a cluster.</summary>
    /// <param name="options">What is configured, or null.</param>
    /// <param name="settings">Who is trusted to tell the client's address; null for nobody.</param>
    /// <returns>The policy.</returns>
    public static ILoadBalancingPolicy Create(LoadBalancingOptions? options, SidecarSettings? settings) => options?.Policy switch
    {
        LoadBalancingPolicy.Random => new RandomPolicy(),
        LoadBalancingPolicy.LeastRequests => new LeastRequestsPolicy(),
        LoadBalancingPolicy.PowerOfTwoChoices => new PowerOfTwoChoicesPolicy(),
        LoadBalancingPolicy.First => new FirstPolicy(),
        LoadBalancingPolicy.ConsistentHash => new ConsistentHashPolicy(HashSource.TryParse(options.HashOn, out var source) ? source : HashSource.Address, settings),
        _ => new RoundRobinPolicy(),
    };
}
