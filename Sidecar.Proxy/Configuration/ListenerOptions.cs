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

    /// <summary>What carries the traffic's bytes (<c>SIDECAR_TRANSPORT</c>), also to the application: <c>loops</c> or <c>sockets</c>. Default: loops, which only Linux has.</summary>
    public TransportKind Transport { get; init; }

    /// <summary>How many event loops there are. Default: as many as the process may use processors.</summary>
    [Range(1, 1024)]
    public int? Loops { get; init; }

    /// <summary>TLS, if there is a certificate.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>A second port, in cleartext, that sends clients to https. Default: none.</summary>
    public HttpsRedirectOptions? HttpsRedirect { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(HttpsRedirect), HttpsRedirect is not null && !Tls.IsOn ? "left out unless Tls has a certificate" : null));
}

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
