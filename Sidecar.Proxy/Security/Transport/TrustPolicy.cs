using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Sidecar.Proxy.Security.Identity;

namespace Sidecar.Proxy.Security.Transport;

/// <summary>How a peer's chain of certificates is checked, and what is said when it does not hold.</summary>
internal static class TrustPolicy
{
    /// <summary>Makes the policy of one handshake, which fills it in as it goes.</summary>
    /// <param name="authorities">What is believed, or null for the system's authorities.</param>
    /// <returns>The policy.</returns>
    public static X509ChainPolicy Of(X509Certificate2Collection? authorities)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            // A peer must not choose what is fetched, nor keep the thread that waits for it.
            DisableCertificateDownloads = true,
        };
        if (authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }

    /// <summary>Says why a chain does not hold.</summary>
    /// <param name="certificate">The peer's certificate.</param>
    /// <param name="chain">What was found.</param>
    /// <returns>A few words.</returns>
    public static string Explain(X509Certificate2 certificate, X509Chain? chain)
    {
        var flags = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status) ?? X509ChainStatusFlags.NoError;
        if ((flags & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
            return $"its certificate is from an unknown authority: {DistinguishedName.Format(certificate.IssuerName, maxLength: 200)}";
        if ((flags & X509ChainStatusFlags.NotTimeValid) != 0)
            return ExplainTime(certificate);
        if ((flags & X509ChainStatusFlags.NotValidForUsage) != 0)
            return "its certificate is not meant for this (extended key usage)";
        return (flags & X509ChainStatusFlags.NotSignatureValid) != 0 ? "its certificate's signature is wrong" : $"its certificate is not valid: {flags}";
    }

    private static string ExplainTime(X509Certificate2 certificate)
    {
        var now = DateTime.UtcNow;
        if (certificate.NotAfter.ToUniversalTime() < now)
            return string.Create(CultureInfo.InvariantCulture, $"its certificate expired on {certificate.NotAfter.ToUniversalTime():u}");
        return certificate.NotBefore.ToUniversalTime() > now
            ? string.Create(CultureInfo.InvariantCulture, $"its certificate is not valid before {certificate.NotBefore.ToUniversalTime():u}")
            : "an authority of its certificate has expired";
    }
}
