namespace Sidecar.Proxy.Http1;

/// <summary>What a header means to an intermediary. Every rule about which headers go on, may trail, or may be edited asks this one table.</summary>
internal enum HeaderRole : byte
{
    /// <summary>It is for the other end, and goes on.</summary>
    EndToEnd,

    /// <summary>It is for the other end, but must not come after the content, because it routes, authorizes or describes the message (RFC 9110, section 6.5.1).</summary>
    NotInTrailers,

    /// <summary>It is for one connection only (RFC 9110, section 7.6.1).</summary>
    HopByHop,

    /// <summary>It is for one connection only, and means nothing in a response.</summary>
    RequestHopByHop,

    /// <summary><c>Connection</c>.</summary>
    Connection,

    /// <summary><c>Keep-Alive</c>.</summary>
    KeepAlive,

    /// <summary><c>Upgrade</c>.</summary>
    Upgrade,

    /// <summary><c>TE</c>.</summary>
    Te,

    /// <summary><c>Trailer</c>.</summary>
    Trailer,

    /// <summary><c>Transfer-Encoding</c>.</summary>
    TransferEncoding,

    /// <summary><c>Content-Length</c>.</summary>
    ContentLength,

    /// <summary><c>Host</c>.</summary>
    Host,

    /// <summary><c>Expect</c>.</summary>
    Expect,

    /// <summary><c>Date</c>.</summary>
    Date,

    /// <summary>It tells of the client's connection to a proxy, and is believed only when that proxy is.</summary>
    Forwarding,

    /// <summary><c>traceparent</c> or <c>tracestate</c>.</summary>
    Trace,

    /// <summary><c>User-Agent</c>.</summary>
    UserAgent,

    /// <summary><c>X-Request-Id</c>.</summary>
    RequestId,
}
