using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.Proxy.Forwarding;

/// <summary>How https targets are checked.</summary>
internal static class TlsClient
{
    /// <summary>Makes the options of a handshake.</summary>
    /// <param name="authorities">What the certificate is checked against, or null for the system's authorities.</param>
    /// <param name="host">The name the certificate must be for, or null when the caller fills it in.</param>
    /// <param name="protocols">What is offered by ALPN.</param>
    /// <returns>The options.</returns>
    public static SslClientAuthenticationOptions Options(X509Certificate2Collection? authorities, string? host, params SslApplicationProtocol[] protocols)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host, ApplicationProtocols = [.. protocols] };
        if (authorities is null)
            return options;

        options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        return options;
    }
}
