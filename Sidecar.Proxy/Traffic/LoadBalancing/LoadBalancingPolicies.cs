namespace Sidecar.Proxy.Traffic.LoadBalancing;

/// <summary>Makes policies.</summary>
internal static class LoadBalancingPolicies
{
    /// <summary>Makes the policy of a cluster.</summary>
    /// <param name="options">What is configured, or null.</param>
    /// <returns>The policy.</returns>
    public static ILoadBalancingPolicy Create(LoadBalancingOptions? options) => options?.Policy switch
    {
        LoadBalancingPolicy.Random => new RandomPolicy(),
        LoadBalancingPolicy.LeastRequests => new LeastRequestsPolicy(),
        LoadBalancingPolicy.PowerOfTwoChoices => new PowerOfTwoChoicesPolicy(),
        LoadBalancingPolicy.First => new FirstPolicy(),
        LoadBalancingPolicy.ConsistentHash => new ConsistentHashPolicy(HashSource.TryParse(options.HashOn, out var source) ? source : HashSource.Address),
        _ => new RoundRobinPolicy(),
    };
}
