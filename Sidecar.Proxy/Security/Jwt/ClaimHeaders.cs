using System.Text.Json;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>Tells the application claims in headers.</summary>
internal sealed class ClaimHeaders(IReadOnlyDictionary<string, string> claims)
{
    // Visible ASCII and the space. What is not in it could end the line, or mean something else in another character set.
    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(' ', 95).Select(value => (char)value).Where(value => value != '%')]);

    /// <summary>Makes the headers of a token.</summary>
    /// <returns>Names and values; none for a claim that is not there.</returns>
    public IReadOnlyList<KeyValuePair<string, string>> Of(JsonElement token)
    {
        if (claims.Count == 0)
            return [];
        var headers = new List<KeyValuePair<string, string>>(claims.Count);
        foreach (var (header, name) in claims)
        {
            if (ClaimReader.TryFind(token, name, out var claim))
                headers.Add(new(header, Value(claim)));
        }

        return headers;
    }

    /// <summary>A claim as a header's value: text as it is, the elements of a list with commas between them, an object as JSON; percent-encoded where it has to be.</summary>
    private static string Value(JsonElement claim) => claim.ValueKind == JsonValueKind.Array
        ? string.Join(',', claim.EnumerateArray().Select(one => Encode(Text(one)).Replace(",", "%2C", StringComparison.Ordinal)))
        : Encode(Text(claim));

    private static string Text(JsonElement claim) => ClaimReader.Text(claim) ?? claim.GetRawText();

    private static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain) && !text.StartsWith(' ') && !text.EndsWith(' '))
            return text;
        var result = new StringBuilder(text.Length + 16);
        var edge = text.Length - 1;
        var index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var isPlain = rune.IsBmp && Plain.Contains((char)rune.Value) && !(rune.Value == ' ' && (index == 0 || index == edge));
            if (isPlain)
                result.Append((char)rune.Value);
            else
                AppendEncoded(result, rune);
            index += rune.Utf16SequenceLength;
        }

        return result.ToString();
    }

    private static void AppendEncoded(StringBuilder result, Rune rune)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var one in utf8[..rune.EncodeToUtf8(utf8)])
            result.Append(CultureInfo.InvariantCulture, $"%{one:X2}");
    }
}
