namespace Sidecar.Proxy.Traffic.LoadBalancing;

/// <summary>How the target of a request is chosen. All of them heed the targets' weights, <see cref="First"/> excepted.</summary>
public enum LoadBalancingPolicy
{
    /// <summary>One after the other.</summary>
    RoundRobin,

    /// <summary>By chance.</summary>
    Random,

    /// <summary>The one with the fewest requests.</summary>
    LeastRequests,

    /// <summary>Of two taken by chance the one with fewer requests: nearly as even as <see cref="LeastRequests"/>, without all sidecars running to the same target.</summary>
    PowerOfTwoChoices,

    /// <summary>The first that may be used; the others stand by.</summary>
    First,

    /// <summary>The same one for the same key, and few keys move when a target comes or goes.</summary>
    ConsistentHash,
}
