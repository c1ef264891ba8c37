namespace SidecarAspire.Bench.Compare;

/// <summary>Who sends the requests, each as fast as responses come.</summary>
internal enum Client
{
    /// <summary>wrk: HTTP/1.1.</summary>
    Wrk,

    /// <summary>nghttp2's h2load: HTTP/2, eight connections with four streams each.</summary>
    H2Load,

    /// <summary>Messages back and forth over WebSockets, from this process.</summary>
    WebSocket,

    /// <summary><see cref="DataPlane.PacedClient"/>, which shows a certificate; wrk and h2load cannot.</summary>
    Paced,
}
