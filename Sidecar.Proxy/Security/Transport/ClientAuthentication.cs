using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Sidecar.Proxy.Listening;
using Sidecar.Proxy.Security.Identity;

namespace Sidecar.Proxy.Security.Transport;

/// <summary>Asks clients for their certificates and checks them. A new handshake is checked against the authorities of the moment.</summary>
internal sealed class ClientAuthentication
{
    private readonly ClientCertificateOptions _options;
    private readonly Credential<X509Certificate2Collection> _authorities;

    /// <summary>Reads the authorities.</summary>
    /// <param name="options">Who is asked, and what is believed.</param>
    /// <param name="watch">Looks at the file.</param>
    public ClientAuthentication(ClientCertificateOptions options, CredentialWatch watch)
    {
        var file = options.CaFile!;
        _options = options;
        _authorities = new(() => Pem.LoadAuthorities(file), UpstreamTls.DescribeAuthorities, file);
        watch.Add(() => watch.Renew(_authorities));
    }

    /// <summary>Has a handshake ask for a certificate.</summary>
    /// <param name="options">The handshake.</param>
    /// <param name="server">The certificate that the client sees.</param>
    /// <param name="handshake">What is told of it.</param>
    public void Ask(SslServerAuthenticationOptions options, ServerCertificate server, TlsHandshake handshake)
    {
        options.ClientCertificateRequired = true;
        // A resumed session would be checked against nothing but what it was begun with.
        options.AllowTlsResume = false;
        options.CertificateChainPolicy = TrustPolicy.Of(_authorities.Current);
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsAccepted(server, handshake, certificate as X509Certificate2, chain, errors);
    }

    private bool IsAccepted(ServerCertificate server, TlsHandshake handshake, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return _options.Mode == ClientCertificateMode.Optional || handshake.Refuse("it showed no certificate");
        if (errors != SslPolicyErrors.None)
            return handshake.Refuse(TrustPolicy.Explain(certificate, chain));
        if (!CertificateIdentity.TryRead(certificate, out var identity, out var names, out var problem))
            return handshake.Refuse($"its certificate is not valid: {problem}");
        handshake.Client = new(identity, ForwardedClientCertificate.Describe(certificate, names, server.Uri));
        return true;
    }
}
