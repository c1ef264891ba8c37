namespace Sidecar.Proxy.Configuration;

/// <summary>What the application receives in X-Forwarded-Client-Cert. A client outside of <see cref="HeaderOptions.TrustedProxies"/> cannot put anything into it, whatever is chosen.</summary>
public enum ClientCertificateForwarding
{
    /// <summary>What the client of the connection has proved, and nothing else.</summary>
    SanitizeSet,

    /// <summary>What a trusted proxy says, then what the client of the connection has proved.</summary>
    AppendForward,

    /// <summary>What a trusted proxy says.</summary>
    ForwardOnly,

    /// <summary>Nothing.</summary>
    Sanitize,
}
