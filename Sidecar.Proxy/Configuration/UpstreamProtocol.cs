namespace Sidecar.Proxy.Configuration;

/// <summary>What is spoken with the application.</summary>
public enum UpstreamProtocol
{
    /// <summary>HTTP/1.1.</summary>
    Http1,

    /// <summary>HTTP/2: by ALPN to an https target, with prior knowledge (h2c) to an http one. gRPC needs it.</summary>
    Http2,
}
