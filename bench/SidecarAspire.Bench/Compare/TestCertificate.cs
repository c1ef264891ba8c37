using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SidecarAspire.Bench.Compare;

/// <summary>The certificate that all proxies show: ECDSA P-256, self-signed.</summary>
internal sealed class TestCertificate(string folder)
{
    /// <summary>The certificate, PEM.</summary>
    public string CertificateFile { get; } = Path.Combine(folder, "tls.crt");

    /// <summary>Its key, PEM.</summary>
    public string KeyFile { get; } = Path.Combine(folder, "tls.key");

    /// <summary>Certificate and key in one file, as HAProxy wants them.</summary>
    public string BothFile { get; } = Path.Combine(folder, "tls.pem");

    /// <summary>Writes the files.</summary>
    public TestCertificate Write()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(BothFile, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return this;
    }
}
