namespace Sidecar.Proxy.Http1;

/// <summary>How the end of a message's body is found (RFC 9112, section 6).</summary>
internal enum BodyFraming
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>Content-Length says how long it is.</summary>
    Length,

    /// <summary>It comes in chunks.</summary>
    Chunked,

    /// <summary>It ends with the connection; answers only.</summary>
    UntilClose,
}
