namespace Sidecar.Proxy.Security.Transport;

/// <summary>Whether clients have to show a certificate.</summary>
public enum ClientCertificateMode
{
    /// <summary>They are not asked for one.</summary>
    None,

    /// <summary>They are asked; one that has none is anonymous, one that is not valid is refused.</summary>
    Optional,

    /// <summary>A handshake without a valid one fails.</summary>
    Require,
}
