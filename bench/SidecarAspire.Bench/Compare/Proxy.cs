namespace SidecarAspire.Bench.Compare;

/// <summary>What a proxy is told.</summary>
/// <param name="Port">Where it listens.</param>
/// <param name="UpstreamPort">Where it forwards to.</param>
/// <param name="Cores">How many cores it may use.</param>
/// <param name="Folder">A folder of its own, for its configuration and its log.</param>
/// <param name="Setup">What it does.</param>
internal sealed record Proxy(int Port, int UpstreamPort, int Cores, string Folder, Setup Setup);
