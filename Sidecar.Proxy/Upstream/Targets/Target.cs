using Sidecar.Proxy.Upstream.Health;
using Sidecar.Proxy.Upstream.LoadBalancing;

namespace Sidecar.Proxy.Upstream.Targets;

/// <summary>One address the application answers at. Created once per configuration, or when it is discovered; the request path only reads it.</summary>
public sealed class Target : TargetAddress
{
    private int _active;

    /// <summary>Takes an address apart.</summary>
    /// <param name="cluster">What it is one of.</param>
    /// <param name="endpoint">What is configured, and what DNS says.</param>
    internal Target(Cluster cluster, TargetEndpoint endpoint)
        : base(endpoint.Url, endpoint.Found)
    {
        (Cluster, Endpoint) = (cluster, endpoint);
        Identity = ConsistentHashPolicy.Identify(Url);
        AffinityTag = cluster.Affinity?.Tag(Url);
        Health = cluster.HealthOf(Url);
    }

    /// <summary>What it is one of, and how it is reached.</summary>
    public Cluster Cluster { get; }

    /// <summary>How many requests are with it.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Its share of the requests, compared with that of the others.</summary>
    public int Weight => Endpoint.Weight;

    /// <summary>Where it comes from.</summary>
    internal TargetEndpoint Endpoint { get; private set; }

    /// <summary>What consistent hashing knows it by.</summary>
    internal ulong Identity { get; }

    /// <summary>What a cookie calls it, or null without session affinity.</summary>
    internal string? AffinityTag { get; }

    /// <summary>What is known of its health; null when nothing is configured that would find out.</summary>
    internal TargetHealth? Health { get; }

    /// <summary>Whether new requests may go there.</summary>
    internal bool IsUsable => Health is null || Health.IsUsable;

    /// <summary>A request goes there.</summary>
    internal void Enter() => Interlocked.Increment(ref _active);

    /// <summary>A request is done there.</summary>
    internal void Exit() => Interlocked.Decrement(ref _active);

    /// <summary>Says what became of an attempt.</summary>
    /// <param name="attempt">The attempt, with its status code and its error. With neither it says nothing of the target.</param>
    internal void Report(AttemptRecord attempt) => Health?.Observe(attempt);

    /// <summary>Takes another weight, if it is the same address.</summary>
    /// <param name="endpoint">The address.</param>
    /// <returns>Whether it is the same.</returns>
    internal bool TryBecome(TargetEndpoint endpoint)
    {
        if (endpoint.Url != Endpoint.Url || !Equals(endpoint.Found, Endpoint.Found))
            return false;
        Endpoint = endpoint;
        return true;
    }
}
