namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>How many of some paths a route looks for.</summary>
internal enum Coverage
{
    /// <summary>None.</summary>
    None,

    /// <summary>Perhaps some.</summary>
    Some,

    /// <summary>All.</summary>
    All,
}
