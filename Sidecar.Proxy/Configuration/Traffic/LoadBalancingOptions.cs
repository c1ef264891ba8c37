namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>How requests are spread over the targets of a cluster.</summary>
public sealed record LoadBalancingOptions : IValidatableObject
{
    /// <summary>How the target of a request is chosen. Default: <see cref="LoadBalancingPolicy.RoundRobin"/>.</summary>
    public LoadBalancingPolicy Policy { get; init; } = LoadBalancingPolicy.RoundRobin;

    /// <summary>
    /// What <see cref="LoadBalancingPolicy.ConsistentHash"/> goes by: <c>address</c> (the client's), <c>header:NAME</c> or
    /// <c>cookie:NAME</c>. A request without it goes by its client's address. Default: <c>address</c>.
    /// </summary>
    [HashSource]
    public string? HashOn { get; init; }

    /// <summary>Below which share of usable targets, in percent, all are used whatever is known of them (Envoy's panic mode). Default: never; a request gets 503.</summary>
    [Range(1, 100)]
    public int? PanicPercent { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(HashOn), HashOn is not null && Policy != LoadBalancingPolicy.ConsistentHash ? "left out unless Policy is consistenthash" : null));
}

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
