namespace SidecarAspire.Bench.Compare;

/// <summary>What a proxy is configured to do, the same for all of them.</summary>
internal enum Setup
{
    /// <summary>Forward and write an access log.</summary>
    Plain,

    /// <summary>One route by path, one request header set, and retries.</summary>
    Policy,

    /// <summary>Requests need a token, RS256.</summary>
    Jwt,

    /// <summary>The sidecar sends logs, spans and metrics, every request sampled; the others do what <see cref="Plain"/> says.</summary>
    Otlp,

    /// <summary>TLS 1.3 with an ECDSA P-256 certificate, HTTP/2 offered.</summary>
    Tls,

    /// <summary>The same, and clients need a certificate.</summary>
    MutualTls,

    /// <summary>HTTP/2 without TLS.</summary>
    Http2,

    /// <summary>HTTP/2 without TLS on both sides.</summary>
    Grpc,
}
