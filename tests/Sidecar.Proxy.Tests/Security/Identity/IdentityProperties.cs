using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Configuration.Security;
using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Tests.Security.Identity;

public sealed class IdentityProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(2000);

    /// <summary>What an authority may put into a certificate: any 7-bit text.</summary>
    private static readonly Gen<string> Ia5 =
        from length in Gen.Choose(0, 24)
        from characters in Gen.ArrayOf(Gen.OneOf(Gen.Elements(",;=\"\\\r\n\0 %#+<>a*.-/:".ToCharArray()), Gen.Choose(0, 127).Select(number => (char)number)), length)
        select new string(characters);

    private static readonly Gen<string> Any =
        from length in Gen.Choose(0, 24)
        from characters in Gen.ArrayOf(Gen.OneOf(Gen.Elements(",;=\"\\\r\n\0 #+<>a\u00e4\u20ac".ToCharArray()), Gen.Choose(0, 0xD7FF).Select(number => (char)number)), length)
        select new string(characters);

    private static readonly Gen<byte[]> Bytes = from length in Gen.Choose(0, 64) from bytes in Gen.ArrayOf(Gen.Choose(0, 255).Select(number => (byte)number), length) select bytes;

    [Fact]
    public void An_element_is_read_back_as_it_was_meant_whatever_the_names_hold() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Gen.ListOf(Ia5)), Arb.From(Gen.ListOf(Any)), (uris, subject) =>
        {
            var name = new X500DistinguishedName(Encode(subject));
            var names = AlternativeNames.Parse(Encode(uris.Select(uri => (6, uri))))!;
            var element = ForwardedClientCertificate.Describe("00ff", DistinguishedName.Format(name), names, null);

            var pairs = Read($"{element},{element}");

            return element.All(character => character is >= ' ' and <= '~')
                && pairs.Count == 2
                && pairs.All(one => one.Select(pair => pair.Key).SequenceEqual(["Hash", "Subject", .. uris.Select(_ => "URI")]))
                && pairs[0].Where(pair => pair.Key == "URI").Select(pair => Uri.UnescapeDataString(pair.Value)).SequenceEqual(uris.Select(Uri.UnescapeDataString))
                && Unescape(pairs[0][1].Value).SequenceEqual(Enumerable.Reverse(subject).Select(part => $"CN={part}").Aggregate(new List<byte>(), Joined));
        }));

    [Fact]
    public void Names_are_read_as_they_were_written_and_what_is_no_host_name_is_left_out() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Gen.ListOf(Gen.OneOf(Ia5.Select(text => (2, text)), Ia5.Select(text => (6, text)), Ia5.Select(text => (1, text)), Gen.Constant((2, "a.b"))))), names =>
        {
            var read = AlternativeNames.Parse(Encode(names))!;

            return read.Uris.SequenceEqual(names.Where(name => name.Item1 == 6).Select(name => name.Item2))
                && read.DnsNames.SequenceEqual(names.Where(name => name.Item1 == 2 && name.Item2.Length > 0 && name.Item2.All(character => char.IsAsciiLetterOrDigit(character) || "-_.*".Contains(character))).Select(name => name.Item2));
        }));

    [Fact]
    public void Any_bytes_are_names_or_no_names() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Bytes), Arb.From(Gen.ListOf(Any)), Arb.From(Gen.Choose(0, int.MaxValue)), (bytes, parts, place) =>
        {
            var (names, subject) = (Encode(parts.Select(part => (6, string.Concat(part.Where(char.IsAscii))))), Encode(parts));
            names[place % names.Length] = (byte)(place >> 16);
            subject[place % subject.Length] = (byte)(place >> 16);
            foreach (var der in new[] { bytes, names })
                AlternativeNames.Parse(der);
            return new[] { bytes, subject }.All(der => DistinguishedName.Format(new X500DistinguishedName(der)).All(character => character is >= ' ' and <= '~'));
        }));

    [Theory]
    [InlineData("spiffe://example.org/a", true)]
    [InlineData("spiffe://example.org/ns/web/sa/shop", true)]
    [InlineData("spiffe://a_b-c.1/A-Z_.9", true)]
    [InlineData("spiffe://example.org", false)]
    [InlineData("spiffe://example.org/", false)]
    [InlineData("spiffe://example.org/a/", false)]
    [InlineData("spiffe://example.org//a", false)]
    [InlineData("spiffe://example.org/./a", false)]
    [InlineData("spiffe://example.org/../a", false)]
    [InlineData("spiffe://example.org/a%2Fb", false)]
    [InlineData("spiffe://example.org/a?b", false)]
    [InlineData("spiffe://example.org/a#b", false)]
    [InlineData("spiffe://example.org:80/a", false)]
    [InlineData("spiffe://user@example.org/a", false)]
    [InlineData("spiffe://Example.org/a", false)]
    [InlineData("SPIFFE://example.org/a", false)]
    [InlineData("spiffe:///a", false)]
    [InlineData("spiffe:example.org/a", false)]
    [InlineData("https://example.org/a", false)]
    [InlineData("", false)]
    public void A_SPIFFE_ID_has_one_way_to_be_written(string text, bool isValid) => SpiffeId.IsValid(text).ShouldBe(isValid);

    [Fact]
    public void A_SPIFFE_ID_has_a_longest_length()
    {
        SpiffeId.IsValid("spiffe://a/" + new string('b', 2048 - 11)).ShouldBeTrue();
        SpiffeId.IsValid("spiffe://a/" + new string('b', 2049 - 11)).ShouldBeFalse();
        SpiffeId.IsValid($"spiffe://{new string('a', 255)}/b").ShouldBeTrue();
        SpiffeId.IsValid($"spiffe://{new string('a', 256)}/b").ShouldBeFalse();
    }

    [Fact]
    public void A_SPIFFE_ID_has_nothing_but_its_characters() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Any), text => !SpiffeId.IsValid("spiffe://example.org/" + text) || text.All(character => char.IsAsciiLetterOrDigit(character) || "-_./".Contains(character))));

    private static byte[] Encode(IEnumerable<(int Tag, string Text)> names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var (tag, text) in names)
                writer.WriteCharacterString(UniversalTagNumber.IA5String, text, new Asn1Tag(TagClass.ContextSpecific, tag));
        }

        return writer.Encode();
    }

    private static byte[] Encode(IEnumerable<string> subject)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var part in subject)
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("2.5.4.3");
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, part);
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>Reads the header by its description: a backslash in a quoted value stands before a quote.</summary>
    private static List<List<KeyValuePair<string, string>>> Read(string header)
    {
        var elements = new List<List<KeyValuePair<string, string>>> { new() };
        var (i, text) = (0, new StringBuilder());
        while (i < header.Length)
        {
            var end = header.IndexOf('=', i);
            var key = header[i..end];
            i = end + 1;
            text.Clear();
            var isQuoted = i < header.Length && header[i] == '"';
            if (isQuoted)
                i++;
            while (i < header.Length && (isQuoted ? header[i] != '"' : header[i] is not (',' or ';')))
            {
                if (isQuoted && header[i] == '\\' && header[i + 1] == '"')
                    i++;
                text.Append(header[i++]);
            }

            if (isQuoted)
                i++;
            elements[^1].Add(new(key, text.ToString()));
            if (i < header.Length && header[i++] == ',')
                elements.Add([]);
        }

        return elements;
    }

    private static List<byte> Joined(List<byte> all, string part)
    {
        if (all.Count > 0)
            all.Add((byte)',');
        all.AddRange(Encoding.UTF8.GetBytes(part));
        return all;
    }

    /// <summary>Undoes the escapes of RFC 4514.</summary>
    private static List<byte> Unescape(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
                bytes.Add((byte)text[i]);
            else if (char.IsAsciiHexDigitUpper(text[i + 1]) && i + 2 < text.Length && char.IsAsciiHexDigitUpper(text[i + 2]))
                bytes.Add(byte.Parse(text.AsSpan((i += 2) - 1, 2), System.Globalization.NumberStyles.HexNumber, null));
            else
                bytes.Add((byte)text[++i]);
        }

        return bytes;
    }
}
