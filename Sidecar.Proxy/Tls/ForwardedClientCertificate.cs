using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.Proxy.Tls;

/// <summary>Envoy's header that tells an application of a client's certificate: elements separated by commas, each <c>key=value</c> pairs separated by semicolons.</summary>
internal static class ForwardedClientCertificate
{
    /// <summary>The header's name.</summary>
    public const string Header = "X-Forwarded-Client-Cert";

    private static readonly SearchValues<char> Separators = SearchValues.Create(",;=");

    /// <summary>Writes the element of one proxy.</summary>
    /// <param name="certificate">The client's certificate.</param>
    /// <param name="names">Its alternative names.</param>
    /// <param name="by">The URI in the proxy's own certificate, or null.</param>
    /// <returns>The element, visible ASCII and spaces.</returns>
    public static string Describe(X509Certificate2 certificate, AlternativeNames names, string? by) =>
        Describe(certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(), DistinguishedName.Format(certificate.SubjectName), names, by);

    /// <summary>Writes the element of one proxy.</summary>
    /// <param name="hash">The certificate's SHA-256, in hex.</param>
    /// <param name="subject">Its subject by RFC 4514, which has no quotes.</param>
    /// <param name="names">Its alternative names.</param>
    /// <param name="by">The URI in the proxy's own certificate, or null.</param>
    /// <returns>The element.</returns>
    internal static string Describe(string hash, string subject, AlternativeNames names, string? by)
    {
        var text = new StringBuilder();
        if (by is not null)
            Append(text, "By", by);
        Append(text, "Hash", hash);
        text.Append(";Subject=\"").Append(subject).Append('"');
        foreach (var uri in names.Uris)
            Append(text, "URI", uri);
        foreach (var name in names.DnsNames)
            Append(text, "DNS", name);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string key, string value)
    {
        if (text.Length > 0)
            text.Append(';');
        text.Append(key).Append('=');
        var quote = value.AsSpan().ContainsAny(Separators) ? "\"" : "";
        text.Append(quote);
        // A URI has neither quotes nor backslashes nor control characters; whoever puts them into a certificate must not end the value early.
        foreach (var part in Encoding.UTF8.GetBytes(value))
        {
            if (part is <= (byte)' ' or > (byte)'~' or (byte)'"' or (byte)'\\')
                text.Append(CultureInfo.InvariantCulture, $"%{part:X2}");
            else
                text.Append((char)part);
        }

        text.Append(quote);
    }
}
