namespace Sidecar.Proxy.Configuration;

/// <summary>What the application is told about the client, and what the client is told about the sidecar.</summary>
public sealed record HeaderOptions
{
    /// <summary>How the application is told of the client. Default: <see cref="ForwardedStyle.XForwarded"/>.</summary>
    public ForwardedStyle Forwarded { get; init; } = ForwardedStyle.XForwarded;

    /// <summary>Networks, as <c>10.0.0.0/8</c>, whose forwarded headers are believed. Default: none; everybody else's are dropped.</summary>
    [Networks]
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>What the application is told of clients' certificates, in X-Forwarded-Client-Cert. Default: <see cref="ClientCertificateForwarding.SanitizeSet"/>.</summary>
    public ClientCertificateForwarding ClientCertificate { get; init; } = ClientCertificateForwarding.SanitizeSet;

    /// <summary>Whether the application receives the Host the client asked for (default) or the target's.</summary>
    public bool PreserveHost { get; init; } = true;

    /// <summary>Whether Via is added both ways (RFC 9110, section 7.6.3). Default: no.</summary>
    public bool Via { get; init; }

    /// <summary>Whether X-Request-Id is made where it is missing, and returned. Default: yes.</summary>
    public bool RequestId { get; init; } = true;

    /// <summary>The networks of <see cref="TrustedProxies"/>, parsed once.</summary>
    internal Networks TrustedNetworks => field ??= new(TrustedProxies);
}

/// <summary>The headers that tell the application of the client.</summary>
public enum ForwardedStyle
{
    /// <summary>X-Forwarded-For, -Proto and -Host.</summary>
    XForwarded,

    /// <summary>Forwarded (RFC 7239).</summary>
    Forwarded,

    /// <summary>Both.</summary>
    Both,

    /// <summary>None; those that come in are dropped.</summary>
    None,
}

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
