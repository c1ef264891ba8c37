using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>A certificate of the traffic port, ready for handshakes.</summary>
internal sealed class ServerCertificate
{
    private readonly AlternativeNames? _names;

    /// <summary>Reads it.</summary>
    /// <param name="files">Its files.</param>
    public ServerCertificate(CertificatePair files)
    {
        Context = Pem.LoadCertificate(files.CertificateFile, files.KeyFile);
        _names = AlternativeNames.Read(Certificate);
    }

    /// <summary>The certificate with its key and chain.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>The certificate alone.</summary>
    public X509Certificate2 Certificate => Context.TargetCertificate;

    /// <summary>The host names it is for, such as <c>shop.example</c> and <c>*.shop.example</c>.</summary>
    public IReadOnlyList<string> Names => _names?.DnsNames ?? [];

    /// <summary>What it calls the sidecar by a URI, a SPIFFE ID for instance; null when it does not.</summary>
    public string? Uri => _names is { Uris: [var uri, ..] } ? uri : null;
}
