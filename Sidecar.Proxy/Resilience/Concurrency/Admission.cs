namespace Sidecar.Proxy.Resilience.Concurrency;

/// <summary>What becomes of a request at a gate.</summary>
internal enum Admission
{
    /// <summary>It may pass.</summary>
    Admitted,

    /// <summary>There is no room, and none to wait in.</summary>
    Full,

    /// <summary>It has waited for as long as it may.</summary>
    TimedOut,

    /// <summary>Its client left while it waited.</summary>
    ClientLeft,
}
