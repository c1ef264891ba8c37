using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.Proxy.Configuration.Security;

/// <summary>The names in a certificate's Subject Alternative Name extension (RFC 5280, section 4.2.1.6) that are used here.</summary>
/// <param name="Uris">The URIs.</param>
/// <param name="DnsNames">The host names; what is not made of a host name's characters is left out.</param>
internal sealed record AlternativeNames(IReadOnlyList<string> Uris, IReadOnlyList<string> DnsNames)
{
    private const string Extension = "2.5.29.17";

    private static readonly Asn1Tag DnsTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>Reads the names.</summary>
    /// <returns>The names, or null when the extension is not what it must be.</returns>
    public static AlternativeNames? Read(X509Certificate2 certificate)
    {
        X509Extension[] found = [.. certificate.Extensions.Where(static extension => extension.Oid?.Value == Extension)];
        return found.Length switch
        {
            0 => new([], []),
            1 => Parse(found[0].RawData),
            _ => null,
        };
    }

    /// <summary>Reads the extension's value.</summary>
    /// <returns>The names, or null when they cannot be read.</returns>
    public static AlternativeNames? Parse(ReadOnlyMemory<byte> der)
    {
        var (uris, names) = (new List<string>(), new List<string>());
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            while (sequence.HasData)
            {
                var tag = sequence.PeekTag();
                if (tag.HasSameClassAndValue(UriTag))
                    uris.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
                else if (tag.HasSameClassAndValue(DnsTag))
                    AddName(names, sequence.ReadCharacterString(UniversalTagNumber.IA5String, DnsTag));
                else
                    sequence.ReadEncodedValue();
            }
        }
        catch (AsnContentException)
        {
            return null;
        }

        return new(uris, names);
    }

    private static void AddName(List<string> names, string name)
    {
        if (name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '*'))
            names.Add(name);
    }
}
