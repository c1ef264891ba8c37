namespace Sidecar.Proxy.Resilience.RateLimiting;

/// <summary>What tells one client from another.</summary>
public enum RateLimitKey
{
    /// <summary>Its address; behind a trusted proxy the one in X-Forwarded-For. An IPv6 client has all of its /64.</summary>
    Address,

    /// <summary>A header; its address where the header is missing.</summary>
    Header,

    /// <summary>The identity that it has proved; its address where it has proved none.</summary>
    Identity,
}
