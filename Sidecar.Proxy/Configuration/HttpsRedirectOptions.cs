using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Configuration;

/// <summary>A port in cleartext that answers 308 and the same URL with https.</summary>
public sealed record HttpsRedirectOptions
{
    /// <summary>The TCP port; 0 takes any free one. Default: 80.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 80;

    /// <summary>The port of the URL that clients are sent to, as they see it: a Service's, perhaps, rather than the sidecar's. Default: 443.</summary>
    [Range(1, 65535)]
    public int HttpsPort { get; init; } = 443;
}
