namespace Sidecar.Proxy.Configuration.Security;

/// <summary>Who is asking, and who may.</summary>
public sealed record SecurityOptions
{
    /// <summary>Who may use the application. Default: everybody, or, with <see cref="Jwt"/> or <see cref="ApiKeys"/>, whoever has a token or a key that holds.</summary>
    public AccessOptions? Access { get; init; }

    /// <summary>The networks requests may come from, on every route. Default: all.</summary>
    public AddressOptions? Addresses { get; init; }

    /// <summary>Tokens, and who issues them. Default: none are looked at.</summary>
    public JwtOptions? Jwt { get; init; }

    /// <summary>Keys that clients send in a header. Default: none are looked at.</summary>
    public ApiKeyOptions? ApiKeys { get; init; }

    /// <summary>A service that is asked whether a request may pass. Default: none.</summary>
    public ExternalAuthorizationOptions? External { get; init; }

    /// <summary>What browsers are told over TLS (RFC 6797). Default: nothing but what the application says.</summary>
    public HstsOptions? Hsts { get; init; }

    /// <summary>How long before one of the sidecar's certificates expires a line says so; a fifth of its lifetime if that is less. Default: 14 days.</summary>
    [DurationRange("0ms", "3650d")]
    public TimeSpan CertificateExpiryWarning { get; init; } = TimeSpan.FromDays(14);
}
