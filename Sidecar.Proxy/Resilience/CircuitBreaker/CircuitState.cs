namespace Sidecar.Proxy.Resilience.CircuitBreaker;

/// <summary>What a circuit breaker lets pass.</summary>
internal enum CircuitState
{
    /// <summary>Everything.</summary>
    Closed,

    /// <summary>Nothing.</summary>
    Open,

    /// <summary>One request, which decides.</summary>
    HalfOpen,
}
