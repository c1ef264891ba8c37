using System.Runtime.InteropServices;

namespace Sidecar.Proxy.Upstream.LoadBalancing;

/// <summary>A hash that is the same in every process, so that all sidecars agree: FNV-1a, its bits mixed by MurmurHash3's finalizer. Not for secrets.</summary>
internal static class StableHash
{
    /// <summary>Hashes bytes.</summary>
    /// <returns>Their hash.</returns>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037;
        foreach (var one in bytes)
            hash = (hash ^ one) * 1099511628211;
        return Mix(hash);
    }

    /// <summary>Spreads a number over all bits.</summary>
    /// <returns>Another, for each number another.</returns>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xff51afd7ed558ccd;
        value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53;
        return value ^ (value >> 33);
    }

    /// <summary>Where a key stands between 0 and 1.</summary>
    /// <returns>At least 0 and less than 1; the same for the same key in every process.</returns>
    public static double Point(ReadOnlySpan<char> key) => (Of(MemoryMarshal.AsBytes(key)) >> 11) * (1.0 / (1UL << 53));
}
