using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A certificate that signs itself and its key, in PEM, as an operator mounts them.</summary>
internal sealed class CertificateFiles : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sidecar-");

    public string Certificate => Path.Combine(_directory.FullName, "tls.crt");

    public string Key => Path.Combine(_directory.FullName, "tls.key");

    /// <summary>Writes new ones over what was there.</summary>
    /// <param name="name">The host they are for.</param>
    public X509Certificate2 Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        return certificate;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
