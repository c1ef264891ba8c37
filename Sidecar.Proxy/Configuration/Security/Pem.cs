using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.Proxy.Configuration.Security;

/// <summary>Certificates and keys as operators mount them, in PEM.</summary>
internal static class Pem
{
    /// <summary>Reads a certificate with its chain and its key.</summary>
    /// <param name="certificateFile">The certificate and its chain.</param>
    /// <param name="keyFile">The key, or null when it is in the same file.</param>
    /// <returns>The certificate, ready for handshakes.</returns>
    public static SslStreamCertificateContext LoadCertificate(string certificateFile, string? keyFile)
    {
        var text = Read(certificateFile);
        var certificate = X509Certificate2.CreateFromPem(text, keyFile is null ? text : Read(keyFile));
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(text);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    /// <summary>Reads authorities.</summary>
    /// <returns>At least one.</returns>
    public static X509Certificate2Collection LoadAuthorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Read(file));
        return authorities.Count > 0 ? authorities : throw new CryptographicException("there is no certificate in it");
    }

    /// <summary>Why files cannot be used, in one line; <see langword="null" /> if they can.</summary>
    public static string? WhyNot(Action load)
    {
        try
        {
            load();
            return null;
        }
        catch (Exception exception)
        {
            return Describe(exception);
        }
    }

    /// <summary>What a file has to be that is given for one of authorities and is none; <see langword="null" /> if it is one, or not given.</summary>
    public static string? AuthoritiesProblem(string? file) =>
        file is not null && WhyNot(() => LoadAuthorities(file)) is { } reason ? $"a PEM file of certificates ({reason})" : null;

    /// <summary>The same for a certificate with its key.</summary>
    public static string? CertificateProblem(string? certificateFile, string? keyFile) =>
        certificateFile is not null && WhyNot(() => LoadCertificate(certificateFile, keyFile)) is { } reason ? $"a PEM certificate with its key ({reason})" : null;

    /// <summary>Says why files cannot be used; the messages hold nothing of what is in them.</summary>
    /// <returns>One line.</returns>
    public static string Describe(Exception exception) => exception.Message.ReplaceLineEndings(" ");

    private static string Read(string file) => FileContent.Text(FileContent.Read(file));
}
