using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Forwarding;

/// <summary>How https targets are checked.</summary>
internal static class TlsClient
{
    /// <summary>Makes the options of a handshake.</summary>
    /// <param name="upstream">The configuration.</param>
    /// <param name="host">The name the certificate must be for, or null when the caller fills it in.</param>
    /// <param name="protocols">What is offered by ALPN.</param>
    /// <returns>The options.</returns>
    public static SslClientAuthenticationOptions Options(UpstreamOptions upstream, string? host, params SslApplicationProtocol[] protocols)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host, ApplicationProtocols = [.. protocols] };
        if (upstream.CaFile is not { } file)
            return options;

        options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        return options;
    }
}
