namespace Sidecar.Proxy.Configuration.Resilience;

/// <summary>What keeps one failure from becoming many. Applies to every request; a route may say otherwise part by part.</summary>
public sealed record ResilienceOptions
{
    /// <summary>How long a request may take. Default: what the upstream's own options say.</summary>
    public TimeoutOptions? Timeouts { get; init; }

    /// <summary>Whether a request that failed is sent again. Default: never, except when an idle connection proves closed.</summary>
    public RetryOptions? Retry { get; init; }

    /// <summary>How many requests a second each client may send; a request must be within all of these. Default: any number.</summary>
    public IReadOnlyList<RateLimitOptions>? RateLimits { get; init; }

    /// <summary>How many requests may be with the application at once. Default: any number.</summary>
    public ConcurrencyOptions? Concurrency { get; init; }

    /// <summary>
    /// The name of a header by which a client in one of <c>Sidecar:Headers:TrustedProxies</c> marks requests that are shed last, whatever
    /// its value. Default: none.
    /// </summary>
    [RegularExpression("[!#$%&'*+.^_`|~0-9A-Za-z-]+", ErrorMessage = "the name of a header")]
    public string? PriorityHeader { get; init; }

    /// <summary>What goes wrong on purpose, so that callers can be tested. Default: nothing.</summary>
    public FaultOptions? Faults { get; init; }
}
