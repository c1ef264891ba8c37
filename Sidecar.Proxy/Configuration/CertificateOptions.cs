using System.ComponentModel.DataAnnotations;
using Sidecar.Proxy.Security.Transport;

namespace Sidecar.Proxy.Configuration;

/// <summary>A certificate beside the first, for the names that it holds.</summary>
public sealed record CertificateOptions : IValidatableObject
{
    /// <summary>The certificate and its chain, in PEM.</summary>
    [Required(ErrorMessage = "the path of a file that exists")]
    [ExistingFile]
    public string CertificateFile { get; init; } = "";

    /// <summary>The certificate's private key, in PEM. Default: in <see cref="CertificateFile"/>.</summary>
    [ExistingFile]
    public string? KeyFile { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CertificateFile.Length > 0 && !Pem.CanLoad(() => Pem.LoadCertificate(CertificateFile, KeyFile), out var error))
            yield return new($"a PEM certificate with its key ({error})", [nameof(CertificateFile)]);
    }
}
