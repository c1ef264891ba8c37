namespace Sidecar.Proxy.Configuration;

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
