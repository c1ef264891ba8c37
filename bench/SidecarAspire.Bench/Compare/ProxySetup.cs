namespace SidecarAspire.Bench.Compare;

/// <summary>What a proxy is configured to do, the same for all of them.</summary>
internal enum ProxySetup
{
    /// <summary>Forward and write an access log.</summary>
    Plain,

    /// <summary>One route by path, one request header set, and retries.</summary>
    Policy,

    /// <summary>TLS 1.3 with an ECDSA P-256 certificate.</summary>
    Tls,
}
