namespace SidecarAspire.Bench.Compare;

/// <summary>Who asks.</summary>
internal enum Client
{
    /// <summary>wrk: as fast as it is answered.</summary>
    Wrk,

    /// <summary>nghttp2's h2load: HTTP/2 without TLS, eight connections with four streams each.</summary>
    H2Load,

    /// <summary>Messages back and forth over WebSockets.</summary>
    WebSocket,

    /// <summary>At a rate that is the same for all, latencies counted from when a request was due.</summary>
    Paced,
}
