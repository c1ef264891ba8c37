using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Security.Identity;

/// <summary>Allows SPIFFE IDs.</summary>
public sealed class SpiffeIdsAttribute()
    : TextCheckAttribute("SPIFFE IDs such as spiffe://example.org/shop, comma-separated", SpiffeId.IsValid);
