using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.Proxy.Tls;

/// <summary>How a peer's chain of certificates is checked, and what is said when it does not hold.</summary>
internal static class TrustPolicy
{
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";
    private const string AnyUsage = "2.5.29.37.0";

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

    /// <summary>Whether a client's chain holds but for .NET's not knowing anyExtendedKeyUsage (RFC 5280, section 4.2.1.12).</summary>
    /// <param name="certificate">The client's certificate, or null.</param>
    /// <param name="chain">What was found.</param>
    /// <param name="authorities">What is believed.</param>
    /// <returns>Whether each certificate of the chain is for clients or for any use, and nothing else is wrong.</returns>
    public static bool IsForAnyUse(X509Certificate2? certificate, X509Chain? chain, X509Certificate2Collection authorities)
    {
        if (certificate is null || chain is null || chain.ChainStatus.Any(status => status.Status != X509ChainStatusFlags.NotValidForUsage))
            return false;
        using var again = new X509Chain { ChainPolicy = Of(authorities) };
        again.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(element => element.Certificate).ToArray());
        return again.Build(certificate) && again.ChainElements.All(element => element.Certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .All(usages => usages.EnhancedKeyUsages.Cast<Oid>().Any(usage => usage.Value is ClientUsage or AnyUsage)));
    }

    /// <summary>Says why a chain does not hold.</summary>
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
