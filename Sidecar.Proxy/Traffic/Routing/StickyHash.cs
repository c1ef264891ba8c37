using System.Runtime.InteropServices;
using Sidecar.Proxy.Traffic.LoadBalancing;

namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>Where a key stands between 0 and 1.</summary>
internal static class StickyHash
{
    /// <summary>Places a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>At least 0 and less than 1; the same for the same key in every process.</returns>
    public static double Point(ReadOnlySpan<char> key) => (StableHash.Of(MemoryMarshal.AsBytes(key)) >> 11) * (1.0 / (1UL << 53));
}
