using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Configuration;

/// <summary>The traffic port: every path on it belongs to the application.</summary>
public sealed record ListenerOptions : IValidatableObject
{
    /// <summary>The IP address to listen on, or <c>localhost</c> for both loopback addresses. Default: <c>*</c>, all addresses.</summary>
    [ListenAddress]
    public string Address { get; init; } = "*";

    /// <summary>The TCP port (<c>PORT</c>); 0 takes any free one. Default: 80.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 80;

    /// <summary>TLS, if there is a certificate.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>A second port, in cleartext, that sends clients to https. Default: none.</summary>
    public HttpsRedirectOptions? HttpsRedirect { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (HttpsRedirect is not null && !Tls.IsOn)
            yield return new("left out unless Tls has a certificate", [nameof(HttpsRedirect)]);
    }
}
