namespace SidecarAspire.Bench.Compare;

/// <summary>What a proxy takes beside CPU.</summary>
/// <param name="Peer">The proxy's name.</param>
/// <param name="StartMilliseconds">From the start of the process to its first answer.</param>
/// <param name="PeakBytes">The most memory it held.</param>
/// <param name="AfterBytes">The memory it holds after the work.</param>
internal sealed record Footprint(string Peer, double StartMilliseconds, long PeakBytes, long AfterBytes);
