using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.Proxy.Tls;

/// <summary>
/// Writes distinguished names as RFC 4514 does and as other proxies hand them on: .NET has an order, spaces and quotes of its own. The result is
/// visible ASCII and spaces, without a quote.
/// </summary>
internal static class DistinguishedName
{
    /// <summary>Writes a name, the most specific part first.</summary>
    /// <param name="name">The name.</param>
    /// <param name="maxLength">Where it is cut off.</param>
    /// <returns>The name, such as <c>CN=shop,O=Example</c>; empty when it has no parts or cannot be read.</returns>
    public static string Format(X500DistinguishedName name, int maxLength = int.MaxValue)
    {
        try
        {
            var reader = new AsnReader(name.RawData, AsnEncodingRules.BER);
            var sequence = reader.ReadSequence();
            var parts = new List<string>();
            while (sequence.HasData)
                parts.Add(FormatPart(sequence.ReadSetOf(skipSortOrderValidation: true)));
            parts.Reverse();
            var text = string.Join(',', parts);
            return text.Length <= maxLength ? text : text[..maxLength];
        }
        catch (AsnContentException)
        {
            return "";
        }
    }

    private static string FormatPart(AsnReader set)
    {
        var text = new StringBuilder();
        while (set.HasData)
        {
            var pair = set.ReadSequence();
            if (text.Length > 0)
                text.Append('+');
            Append(text, pair.ReadObjectIdentifier(), pair);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string type, AsnReader value)
    {
        var encoded = value.PeekEncodedValue();
        if (KeywordOf(type) is { } keyword && Read(value) is { } characters)
        {
            text.Append(keyword).Append('=');
            AppendEscaped(text, characters);
        }
        else
        {
            text.Append(type).Append("=#").Append(Convert.ToHexString(encoded.Span));
        }
    }

    private static string? Read(AsnReader value)
    {
        try
        {
            return value.ReadCharacterString((UniversalTagNumber)value.PeekTag().TagValue);
        }
        // Not a text, or not what it says: its bytes are told then.
        catch (Exception exception) when (exception is AsnContentException or ArgumentException)
        {
            return null;
        }
    }

    private static void AppendEscaped(StringBuilder text, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        for (var i = 0; i < bytes.Length; i++)
        {
            var character = (char)bytes[i];
            var isAtEdge = (i == 0 && character is ' ' or '#') || (i == bytes.Length - 1 && character == ' ');
            // Quotes and backslashes as hex pairs, which RFC 4514 allows: no reader of a quoted value can mistake where it ends.
            if (character is < ' ' or > '~' or '"' or '\\')
                text.Append(CultureInfo.InvariantCulture, $"\\{bytes[i]:X2}");
            else if (isAtEdge || character is ',' or '+' or ';' or '<' or '>')
                text.Append('\\').Append(character);
            else
                text.Append(character);
        }
    }

    private static string? KeywordOf(string type) => type switch
    {
        "2.5.4.3" => "CN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        _ => null,
    };
}
