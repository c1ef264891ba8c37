using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.Proxy.Tls;

/// <summary>What a handshake with an https target needs. Equal as long as it is the same.</summary>
/// <param name="Authorities">What the target's certificate is checked against, or null for the system's authorities.</param>
/// <param name="Certificate">What the sidecar shows, or null.</param>
internal readonly record struct UpstreamTls(X509Certificate2Collection? Authorities, SslStreamCertificateContext? Certificate)
{
    /// <summary>Says what authorities are, for the log.</summary>
    /// <returns>A few words.</returns>
    public static string DescribeAuthorities(X509Certificate2Collection authorities) => string.Create(CultureInfo.InvariantCulture, $"authorities, {authorities.Count} of them");
}
