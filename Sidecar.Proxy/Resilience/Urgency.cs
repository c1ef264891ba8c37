namespace Sidecar.Proxy.Resilience;

/// <summary>How much it matters that a request is not shed.</summary>
internal enum Urgency
{
    /// <summary>As any other.</summary>
    Ordinary,

    /// <summary>It looks like a health check, which anybody can claim: it may use the reserve, and waits like any other.</summary>
    HealthCheck,

    /// <summary>A trusted client says that it matters: it may use the reserve, and waits in front.</summary>
    Priority,
}
