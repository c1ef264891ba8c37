namespace SidecarAspire.Bench.Compare;

/// <summary>What a proxy is told.</summary>
/// <param name="Port">Where it listens for HTTP/1.1.</param>
/// <param name="H2cPort">Where it listens for HTTP/2 without TLS; <paramref name="Port"/> itself where one port can do both.</param>
/// <param name="UpstreamPort">Whom it forwards to.</param>
/// <param name="Folder">A folder of its own, for its configuration and its log.</param>
/// <param name="Setup">What it is configured to do.</param>
internal sealed record ProxyAddress(int Port, int H2cPort, int UpstreamPort, string Folder, ProxySetup Setup = ProxySetup.Plain)
{
    /// <summary>The scheme that its clients speak on <see cref="Port"/>.</summary>
    public string Scheme => Setup == ProxySetup.Tls ? "https" : "http";
}
