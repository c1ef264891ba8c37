namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>Where a key stands between 0 and 1: FNV-1a with the final mixing of MurmurHash3, for keys may differ in their last character only.</summary>
internal static class StickyHash
{
    /// <summary>Places a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>At least 0 and less than 1; the same for the same key in every process.</returns>
    public static double Point(ReadOnlySpan<char> key)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var character in key)
            hash = (((hash ^ (byte)character) * 0x100000001B3) ^ (byte)(character >> 8)) * 0x100000001B3;
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return ((hash ^ (hash >> 33)) >> 11) * (1.0 / (1UL << 53));
    }
}
