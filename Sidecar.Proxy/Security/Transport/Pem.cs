using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Security.Transport;

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
    /// <param name="file">Their certificates.</param>
    /// <returns>At least one.</returns>
    public static X509Certificate2Collection LoadAuthorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Read(file));
        return authorities.Count > 0 ? authorities : throw new CryptographicException("there is no certificate in it");
    }

    /// <summary>Whether files can be used.</summary>
    /// <param name="load">Reads them.</param>
    /// <param name="error">Why not, in one line.</param>
    /// <returns>Whether they can.</returns>
    public static bool CanLoad(Func<object> load, out string? error)
    {
        error = null;
        try
        {
            load();
            return true;
        }
        catch (Exception exception)
        {
            error = Describe(exception);
            return false;
        }
    }

    /// <summary>Says why files cannot be used; the messages hold nothing of what is in them.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>One line.</returns>
    public static string Describe(Exception exception) => exception.Message.ReplaceLineEndings(" ");

    private static string Read(string file) => FileContent.Text(FileContent.Read(file));
}
