using System.Net.Security;

namespace Sidecar.Proxy.Tls;

/// <summary>What connections are encrypted with.</summary>
internal static class CipherSuites
{
    private static readonly CipherSuitesPolicy? Authenticated = OperatingSystem.IsLinux()
        ? new(
        [
            TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ])
        : null;

    /// <summary>
    /// Chooses the suites for a client. TLS 1.2 has those with forward secrecy and authenticated encryption, and none in CBC mode (RFC 9325, section 4.2). TLS 1.3
    /// has no others, and is left to the system: .NET resumes no session where the suites are named.
    /// </summary>
    /// <param name="offersTls13">Whether the client offers TLS 1.3, which it then gets.</param>
    /// <returns>The suites; null for the system's, as for all clients where .NET cannot name them.</returns>
    public static CipherSuitesPolicy? For(bool offersTls13) => offersTls13 ? null : Authenticated;
}
