using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Configuration;

/// <summary>TLS on the traffic port, for an application that has none. The files are read again when they change.</summary>
public sealed record TlsOptions : IValidatableObject
{
    /// <summary>The certificate and its chain, in PEM. Default: none; the port speaks cleartext.</summary>
    [ExistingFile]
    public string? CertificateFile { get; init; }

    /// <summary>The certificate's private key, in PEM. Default: in <see cref="CertificateFile"/>.</summary>
    [ExistingFile]
    public string? KeyFile { get; init; }

    /// <summary>How long a handshake may take. Default: 10 seconds.</summary>
    [DurationRange("10ms", "10m")]
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (KeyFile is not null && CertificateFile is null)
            yield return new("left out unless CertificateFile is given", [nameof(KeyFile)]);
        if (CertificateFile is not null && !Listening.ServerCertificate.CanLoad(this, out var error))
            yield return new($"a PEM certificate with its key ({error})", [nameof(CertificateFile)]);
    }
}
