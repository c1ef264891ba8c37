using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.Proxy.Tls;

/// <summary>How https targets are connected to, and checked.</summary>
internal static class TlsClient
{
    /// <summary>Makes the options of a handshake.</summary>
    /// <param name="options">What the target has to be.</param>
    /// <param name="tls">What it is checked against, and shown.</param>
    /// <param name="host">The name the certificate must be for unless the options say otherwise.</param>
    /// <param name="protocols">What is offered by ALPN.</param>
    /// <returns>The options.</returns>
    public static SslClientAuthenticationOptions Options(UpstreamOptions options, UpstreamTls tls, string host, params SslApplicationProtocol[] protocols)
    {
        var handshake = new SslClientAuthenticationOptions
        {
            TargetHost = options.ServerName ?? host,
            ApplicationProtocols = [.. protocols],
            CertificateChainPolicy = TrustPolicy.Of(tls.Authorities),
            ClientCertificateContext = tls.Certificate,
        };
        if (options.SpiffeIds.Count > 0)
            handshake.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Is(options.SpiffeIds, certificate as X509Certificate2, chain, errors);
        return handshake;
    }

    /// <summary>Opens a connection for an HttpClient, which would take the Host header for the name to ask for and to check.</summary>
    /// <param name="endPoint">Where to.</param>
    /// <param name="tls">How it is secured, or null when it is not.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The connection.</returns>
    public static async ValueTask<Stream> OpenAsync(EndPoint endPoint, SslClientAuthenticationOptions? tls, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return tls is null ? stream : await SecureAsync(stream, tls, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Secures a connection, or closes it.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="tls">How it is secured.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The secure connection.</returns>
    public static async Task<SslStream> SecureAsync(Stream stream, SslClientAuthenticationOptions tls, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(tls, cancellationToken);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    /// <summary>A workload's certificate is for its SPIFFE ID; whether it is for a host name, too, does not matter.</summary>
    private static bool Is(IReadOnlyList<string> allowed, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            throw new AuthenticationException("the application showed no certificate");
        if ((errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) != SslPolicyErrors.None)
            throw new AuthenticationException($"the application was refused: {TrustPolicy.Explain(certificate, chain)}");
        if (!CertificateIdentity.TryRead(certificate, out var identity, out _, out var problem))
            throw new AuthenticationException($"the application's certificate is not valid: {problem}");
        return allowed.Contains(identity, StringComparer.Ordinal)
            ? true
            : throw new AuthenticationException($"the application's certificate is for {identity ?? "nobody"}, which SpiffeIds does not allow");
    }
}
