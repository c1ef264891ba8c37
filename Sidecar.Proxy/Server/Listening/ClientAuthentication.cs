using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Server.Listening;

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
        var authorities = _authorities.Current;
        options.CertificateChainPolicy = TrustPolicy.Of(authorities);
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            IsAccepted(server, handshake, certificate as X509Certificate2, chain, errors == SslPolicyErrors.None || TrustPolicy.IsForAnyUse(certificate as X509Certificate2, chain, authorities));
    }

    private bool IsAccepted(ServerCertificate server, TlsHandshake handshake, X509Certificate2? certificate, X509Chain? chain, bool holds)
    {
        if (certificate is null)
            return _options.Mode == ClientCertificateMode.Optional || handshake.Refuse("it showed no certificate");
        if (!holds)
            return handshake.Refuse(TrustPolicy.Explain(certificate, chain));
        if (WeakKey(chain!) is { } weakness)
            return handshake.Refuse(weakness);
        if (!CertificateIdentity.TryRead(certificate, out var identity, out var names, out var problem))
            return handshake.Refuse($"its certificate is not valid: {problem}");
        handshake.Client = new(identity, ForwardedClientCertificate.Describe(certificate, names, server.Uri));
        return true;
    }

    /// <summary>Finds a key that is too short to prove anything; the operator's own authorities, which end the chain, are as they are.</summary>
    private string? WeakKey(X509Chain chain)
    {
        for (var i = 0; i < Math.Max(chain.ChainElements.Count - 1, 1); i++)
        {
            var certificate = chain.ChainElements[i].Certificate;
            using var rsa = certificate.GetRSAPublicKey();
            using var dsa = certificate.GetDSAPublicKey();
            using var ec = certificate.GetECDsaPublicKey();
            if ((rsa ?? (AsymmetricAlgorithm?)dsa)?.KeySize < _options.MinimumRsaBits || ec?.KeySize < _options.MinimumEcBits)
                return string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? "its" : "an authority's")} key is too weak: {(rsa ?? dsa ?? (AsymmetricAlgorithm)ec!).KeySize} bits");
        }

        return null;
    }
}
