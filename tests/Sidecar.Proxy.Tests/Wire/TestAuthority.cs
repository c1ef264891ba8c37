using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A certificate authority, with a folder for what it issues.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ClientUsage = "1.3.6.1.5.5.7.3.2";
    public const string ServerUsage = "1.3.6.1.5.5.7.3.1";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sidecar-");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;

    public TestAuthority(string name = "Test Authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-10), DateTimeOffset.UtcNow.AddYears(10));
        System.IO.File.WriteAllText(File, Pem);
    }

    /// <summary>Its own certificate, as a file.</summary>
    public string File => PathOf("ca.crt");

    /// <summary>Its own certificate.</summary>
    public string Pem => _root.ExportCertificatePem() + "\n";

    public string Folder => _directory.FullName;

    public string PathOf(string name) => Path.Combine(_directory.FullName, name);

    /// <summary>Issues a certificate with its key.</summary>
    /// <param name="subject">Its subject.</param>
    /// <param name="names">Its host names.</param>
    /// <param name="uris">Its URIs.</param>
    /// <param name="usage">What it is for, or null for anything.</param>
    /// <param name="from">When it begins, from now on.</param>
    /// <param name="until">When it ends.</param>
    /// <param name="now">Now, by another clock than the machine's.</param>
    /// <param name="change">Makes it otherwise.</param>
    public X509Certificate2 Issue(string subject, string[]? names = null, string[]? uris = null, string? usage = null, TimeSpan? from = null, TimeSpan? until = null, DateTimeOffset? now = null, Action<CertificateRequest>? change = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names ?? [])
            alternatives.AddDnsName(name);
        foreach (var uri in uris ?? [])
            alternatives.AddUri(new Uri(uri));
        if (names is not null || uris is not null)
            request.CertificateExtensions.Add(alternatives.Build());
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        change?.Invoke(request);
        var start = now ?? DateTimeOffset.UtcNow;
        using var certificate = request.Create(_root, start + (from ?? TimeSpan.FromDays(-1)), start + (until ?? TimeSpan.FromDays(1)), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>Issues a certificate with an RSA key.</summary>
    /// <param name="subject">Its subject.</param>
    /// <param name="bits">How long the key is.</param>
    public X509Certificate2 IssueRsa(string subject, int bits)
    {
        using var key = RSA.Create(bits);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.Create(_root.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>Writes a certificate and its key, as <c>NAME.crt</c> and <c>NAME.key</c>.</summary>
    public (string Certificate, string Key) Write(string name, X509Certificate2 certificate)
    {
        var (file, key) = (PathOf(name + ".crt"), PathOf(name + ".key"));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllText(file, certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return (file, key);
    }

    /// <summary>Issues a certificate for host names and writes it.</summary>
    public (string Certificate, string Key) WriteServer(string name, params string[] names)
    {
        using var certificate = Issue($"CN={name}", names.Length == 0 ? ["localhost"] : names);
        return Write(name, certificate);
    }

    /// <summary>Settings of a listener with a certificate for localhost, which it issues.</summary>
    public string[] ListenerSettings()
    {
        var (certificate, key) = WriteServer("tls");
        return [$"Sidecar:Listener:Tls:CertificateFile={certificate}", $"Sidecar:Listener:Tls:KeyFile={key}"];
    }

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        _root.Dispose();
        _key.Dispose();
    }
}
