using System.Collections.Frozen;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>Finds the certificate for the name that a client asks for (SNI, RFC 6066): the exact name first, then <c>*.</c> in place of its first label.</summary>
internal sealed class CertificateNames
{
    private static readonly IdnMapping Idn = new();

    private readonly ServerCertificate _default;
    private readonly FrozenDictionary<string, ServerCertificate> _byName;

    /// <summary>Takes certificates. Where two are for the same name, the first one is taken.</summary>
    /// <param name="certificates">At least one; the first is for clients that ask for no name, or for one that nobody has.</param>
    public CertificateNames(IReadOnlyList<ServerCertificate> certificates)
    {
        _default = certificates[0];
        var byName = new Dictionary<string, ServerCertificate>(StringComparer.OrdinalIgnoreCase);
        foreach (var certificate in certificates)
        {
            foreach (var name in certificate.Names)
            {
                byName.TryAdd(name, certificate);
                byName.TryAdd(ToUnicode(name), certificate);
            }
        }

        _byName = byName.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Finds a certificate.</summary>
    /// <param name="name">The name the client asks for, or nothing.</param>
    /// <returns>The certificate.</returns>
    public ServerCertificate Find(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return _default;
        if (_byName.TryGetValue(name, out var exact))
            return exact;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && _byName.TryGetValue(string.Concat("*", name.AsSpan(dot)), out var wildcard) ? wildcard : _default;
    }

    /// <summary>.NET hands over the client's name decoded; certificates hold it in Punycode.</summary>
    private static string ToUnicode(string name)
    {
        try
        {
            return name.StartsWith("*.", StringComparison.Ordinal) ? string.Concat("*.", Idn.GetUnicode(name, 2)) : Idn.GetUnicode(name);
        }
        catch (ArgumentException)
        {
            return name;
        }
    }
}
