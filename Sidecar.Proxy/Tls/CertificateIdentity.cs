using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.Proxy.Tls;

/// <summary>Who a certificate is for. Its chain has been checked before.</summary>
internal static class CertificateIdentity
{
    /// <summary>Finds the name: a URI, a SPIFFE ID above all, else a host name, else the subject. The three cannot be taken for one another.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="identity">The name; null when it has none.</param>
    /// <param name="names">All its alternative names.</param>
    /// <param name="problem">Why it must not be believed, in a few words.</param>
    /// <returns>Whether it may be believed.</returns>
    public static bool TryRead(X509Certificate2 certificate, out string? identity, [NotNullWhen(true)] out AlternativeNames? names, [NotNullWhen(false)] out string? problem)
    {
        identity = null;
        names = AlternativeNames.Read(certificate);
        problem = names is null ? "its alternative names cannot be read" : names.Uris.Any(SpiffeId.IsMeant) ? WhyNoSvid(certificate, names) : null;
        if (problem is not null)
            return false;
        identity = names!.Uris.FirstOrDefault(IsPlain) ?? (names.DnsNames is [var name, ..] ? name : null) ?? DistinguishedName.Format(certificate.SubjectName);
        if (identity.Length == 0)
            identity = null;
        return true;
    }

    /// <summary>The rules of the X.509-SVID standard, section 5.2, for what identifies a workload.</summary>
    private static string? WhyNoSvid(X509Certificate2 certificate, AlternativeNames names)
    {
        if (names.Uris.Count != 1)
            return "it has more URIs than its SPIFFE ID";
        if (!SpiffeId.IsValid(names.Uris[0]))
            return "its SPIFFE ID is not one";
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509BasicConstraintsExtension { CertificateAuthority: true })
                return "it has a SPIFFE ID and is an authority's";
            if (extension is X509KeyUsageExtension usage && (usage.KeyUsages & (X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)) != 0)
                return "it has a SPIFFE ID and may sign certificates";
        }

        return null;
    }

    /// <summary>A name goes into logs and headers, so it has to be visible ASCII; and it has a scheme, or <c>CN=a:b</c> would pass for a subject.</summary>
    private static bool IsPlain(string uri) => Uri.CheckSchemeName(uri.Split(':')[0]) && uri.Contains(':') && uri.All(character => character is > ' ' and <= '~');
}
