using System.Buffers.Text;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SidecarAspire.Bench.Compare;

/// <summary>The certificates and the token of one run: ECDSA P-256 by an authority of their own, RS256.</summary>
internal sealed class Credentials(string folder)
{
    /// <summary>The proxies' certificate, PEM.</summary>
    public string CertificateFile { get; } = Path.Combine(folder, "tls.crt");

    /// <summary>Its key, PEM.</summary>
    public string KeyFile { get; } = Path.Combine(folder, "tls.key");

    /// <summary>Certificate and key in one file, as HAProxy wants them.</summary>
    public string BothFile { get; } = Path.Combine(folder, "tls.pem");

    /// <summary>The authority, PEM.</summary>
    public string AuthorityFile { get; } = Path.Combine(folder, "ca.crt");

    /// <summary>The key of tokens, a JWK set.</summary>
    public string KeySetFile { get; } = Path.Combine(folder, "jwks.json");

    /// <summary>The same, PEM.</summary>
    public string TokenKeyFile { get; } = Path.Combine(folder, "jwt.pem");

    /// <summary>A token that holds.</summary>
    public string Token { get; private set; } = "";

    /// <summary>How a client connects that has a certificate.</summary>
    public SslClientAuthenticationOptions Client { get; } = new() { TargetHost = "localhost" };

    /// <summary>Makes them and writes the files.</summary>
    public Credentials Write()
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bench", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var server = Issue("localhost", authority);
        var (certificate, key) = (server.ExportCertificatePem(), server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
        File.WriteAllText(CertificateFile, certificate);
        File.WriteAllText(KeyFile, key);
        File.WriteAllText(BothFile, $"{certificate}\n{key}\n");
        Client.ClientCertificateContext = SslStreamCertificateContext.Create(Issue("client", authority), null, offline: true);
        Client.CertificateChainPolicy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509CertificateLoader.LoadCertificate(authority.RawData) },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        WriteToken();
        return this;
    }

    private static X509Certificate2 Issue(string name, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256) { CertificateExtensions = { names.Build() } };
        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    private void WriteToken()
    {
        using var key = RSA.Create(2048);
        var parameters = key.ExportParameters(includePrivateParameters: false);
        File.WriteAllText(TokenKeyFile, key.ExportSubjectPublicKeyInfoPem());
        File.WriteAllText(KeySetFile, $$"""{"keys":[{"kty":"RSA","kid":"bench","n":"{{Base64Url.EncodeToString(parameters.Modulus)}}","e":"{{Base64Url.EncodeToString(parameters.Exponent)}}"}]}""");
        var text = Encode("""{"alg":"RS256","typ":"JWT","kid":"bench"}""") + "." + Encode($$"""{"iss":"https://bench.example/","aud":"bench","sub":"bench","exp":{{DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds()}}}""");
        Token = text + "." + Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
