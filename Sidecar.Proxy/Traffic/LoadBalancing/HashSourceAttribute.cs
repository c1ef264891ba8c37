using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Traffic.LoadBalancing;

/// <summary>Allows <c>address</c>, <c>header:NAME</c> and <c>cookie:NAME</c>.</summary>
public sealed class HashSourceAttribute()
    : TextCheckAttribute("address, header:NAME or cookie:NAME", static text => HashSource.TryParse(text, out _));
