using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Security.Transport;

namespace Sidecar.Proxy.Security;

/// <summary>Who is asking, and who may.</summary>
public sealed record SecurityOptions
{
    /// <summary>Who may use the application. Default: everybody; once it is configured, whoever it does not let in is refused.</summary>
    public AccessOptions? Access { get; init; }

    /// <summary>What browsers are told over TLS (RFC 6797). Default: nothing but what the application says.</summary>
    public HstsOptions? Hsts { get; init; }

    /// <summary>How long before one of the sidecar's certificates expires a line says so; a fifth of its lifetime if that is less. Default: 14 days.</summary>
    [DurationRange("0ms", "3650d")]
    public TimeSpan CertificateExpiryWarning { get; init; } = TimeSpan.FromDays(14);
}
