using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;

namespace Sidecar.Proxy.Configuration;

/// <summary>TLS on the traffic port, for an application that has none. The files are read again when they change.</summary>
public sealed record TlsOptions : IValidatableObject
{
    /// <summary>The certificate and its chain, in PEM. Default: none; the port speaks cleartext unless there are others.</summary>
    [ExistingFile]
    public string? CertificateFile { get; init; }

    /// <summary>The certificate's private key, in PEM. Default: in <see cref="CertificateFile"/>.</summary>
    [ExistingFile]
    public string? KeyFile { get; init; }

    /// <summary>More certificates, for clients that ask for the names in them (SNI). The first of all is for everybody else. Default: none.</summary>
    public IReadOnlyList<CertificateOptions> Certificates { get; init; } = [];

    /// <summary>
    /// A folder of more certificates: <c>NAME.crt</c> with <c>NAME.key</c>, and folders with <c>tls.crt</c> and <c>tls.key</c>, by name. Certificates may come
    /// and go there. Default: none.
    /// </summary>
    public string? CertificateFolder { get; init; }

    /// <summary>The lowest version of TLS that is spoken: 1.2 or 1.3. Default: 1.2.</summary>
    [RegularExpression(@"1\.[23]", ErrorMessage = "1.2 or 1.3")]
    public string MinimumVersion { get; init; } = "1.2";

    /// <summary>Whether clients have to show a certificate.</summary>
    public ClientCertificateOptions ClientCertificates { get; init; } = new();

    /// <summary>How long a handshake may take. Default: 10 seconds.</summary>
    [DurationRange("10ms", "10m")]
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether there is a certificate, and so TLS.</summary>
    internal bool IsOn => CertificateFile is not null || Certificates.Count > 0 || CertificateFolder is not null;

    /// <summary>The versions that are spoken.</summary>
    [SuppressMessage("Security", "CA5398", Justification = "The operator says how low to go, whatever the system allows.")]
    internal SslProtocols Protocols => MinimumVersion == "1.3" ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(KeyFile), KeyFile is not null && CertificateFile is null ? "left out unless CertificateFile is given" : null),
        (nameof(CertificateFile), Pem.CertificateProblem(CertificateFile, KeyFile)),
        (nameof(CertificateFolder), CertificateFolder is not null && WhyNot(CertificateFolder) is { } reason ? $"a folder of PEM certificates with their keys ({reason})" : null),
        ($"{nameof(ClientCertificates)}:{nameof(ClientCertificateOptions.Mode)}", ClientCertificates.Mode != ClientCertificateMode.None && !IsOn ? "none unless there is a certificate" : null));

    private static string? WhyNot(string folder)
    {
        var pairs = CertificatePair.FindIn(folder);
        if (pairs.Count == 0)
            return "there is no certificate with a key in it";
        foreach (var pair in pairs)
        {
            if (Pem.WhyNot(() => Pem.LoadCertificate(pair.CertificateFile, pair.KeyFile)) is { } reason)
                return $"{pair.CertificateFile}: {reason}";
        }

        return null;
    }
}

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
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(CertificateFile), CertificateFile.Length > 0 ? Pem.CertificateProblem(CertificateFile, KeyFile) : null));
}
