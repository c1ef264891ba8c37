namespace Sidecar.Proxy.Http1;

/// <summary>The byte classes of RFC 9110 and RFC 9112, as strict as they are written there.</summary>
internal static class HttpGrammar
{
    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // HTAB, SP, VCHAR and obs-text: everything but control bytes.
    private static readonly SearchValues<byte> ValueBytes =
        SearchValues.Create([(byte)'\t', .. Enumerable.Range(0x20, 0x5F).Select(value => (byte)value), .. Enumerable.Range(0x80, 0x80).Select(value => (byte)value)]);

    // VCHAR without the fragment's mark: what may stand in a request target.
    private static readonly SearchValues<byte> TargetBytes =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x5E).Select(value => (byte)value).Where(value => value != '#')]);

    // What .NET and most applications take for a name; RFC 3986 allows sub-delims and escapes, too, which nobody registers.
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    private static readonly SearchValues<char> TokenCharacters = Characters(TokenBytes);

    private static readonly SearchValues<char> ValueCharacters = Characters(ValueBytes);

    private static readonly SearchValues<char> TargetCharacters = Characters(TargetBytes);

    /// <summary>Whether this is a token: a method or a field name.</summary>
    /// <param name="text">The bytes.</param>
    /// <returns>True for one or more token bytes and nothing else.</returns>
    public static bool IsToken(ReadOnlySpan<byte> text) => text.Length > 0 && !text.ContainsAnyExcept(TokenBytes);

    /// <summary>Whether this is a token: a method or a field name.</summary>
    /// <param name="text">The characters, one for each byte.</param>
    /// <returns>True for one or more token characters and nothing else.</returns>
    public static bool IsToken(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether this may be a field's value.</summary>
    /// <param name="text">The bytes.</param>
    /// <returns>True unless there is a control byte in it.</returns>
    public static bool IsFieldValue(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(ValueBytes);

    /// <summary>Whether this may be a field's value.</summary>
    /// <param name="text">The characters, one for each byte.</param>
    /// <returns>True unless there is a control character in it.</returns>
    public static bool IsFieldValue(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(ValueCharacters);

    /// <summary>Whether this may be a request target.</summary>
    /// <param name="text">The bytes.</param>
    /// <returns>True for one or more visible ASCII bytes other than <c>#</c>.</returns>
    public static bool IsTarget(ReadOnlySpan<byte> text) => text.Length > 0 && !text.ContainsAnyExcept(TargetBytes);

    /// <summary>Whether this may be a request target.</summary>
    /// <param name="text">The characters, one for each byte.</param>
    /// <returns>True for one or more visible ASCII characters other than <c>#</c>.</returns>
    public static bool IsTarget(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExcept(TargetCharacters);

    /// <summary>Whether this may be a Host header's value (RFC 9110, section 7.2; RFC 3986, section 3.2).</summary>
    /// <param name="text">The bytes.</param>
    /// <returns>True for a name or an address, with a port or without; for nothing, too.</returns>
    public static bool IsHost(ReadOnlySpan<byte> text)
    {
        var host = text;
        var port = ReadOnlySpan<byte>.Empty;
        var isLiteral = !text.IsEmpty && text[0] == '[';
        var end = isLiteral ? text.IndexOf((byte)']') + 1 : text.IndexOf((byte)':');
        if (isLiteral && end == 0)
            return false;
        if (end >= 0)
        {
            host = text[..end];
            port = text[end..];
        }

        if (!port.IsEmpty && (port[0] != ':' || port.Length > 6 || port[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9')))
            return false;
        return isLiteral ? IsAddress(host[1..^1]) : !host.ContainsAnyExcept(NameBytes) && (!host.IsEmpty || port.IsEmpty);
    }

    /// <summary>Whether this may be a Host header's value.</summary>
    /// <param name="text">The characters, one for each byte.</param>
    /// <returns>As for bytes.</returns>
    public static bool IsHost(string text) => Ascii.IsValid(text) && IsHost(Encoding.ASCII.GetBytes(text));

    /// <summary>Reads a Content-Length: digits and nothing else.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="length">The length.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParseLength(ReadOnlySpan<byte> text, out long length)
    {
        length = 0;
        // 18 digits cannot overflow.
        if (text.Length is 0 or > 18)
            return false;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            length = (length * 10) + (digit - '0');
        }

        return true;
    }

    /// <summary>Takes the optional white space off both ends of a field's value.</summary>
    /// <param name="text">The bytes.</param>
    /// <returns>The value itself.</returns>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    /// <summary>Compares ASCII without regard to case.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="lowercase">What to compare with.</param>
    /// <returns>Whether they are equal.</returns>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowercase) => Ascii.EqualsIgnoreCase(text, lowercase);

    /// <summary>Whether this begins with another text.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="lowercase">What they may begin with, in lower case.</param>
    /// <returns>Whether they do, in any case.</returns>
    public static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowercase) => text.Length >= lowercase.Length && EqualsIgnoreCase(text[..lowercase.Length], lowercase);

    private static bool IsAddress(ReadOnlySpan<byte> text)
    {
        Span<char> characters = stackalloc char[45];
        if (text.Length > characters.Length || !text.Contains((byte)':') || text.Contains((byte)'%'))
            return false;
        Encoding.Latin1.GetChars(text, characters);
        return IPAddress.TryParse(characters[..text.Length], out _);
    }

    private static SearchValues<char> Characters(SearchValues<byte> bytes) =>
        SearchValues.Create([.. Enumerable.Range(0, 256).Where(value => bytes.Contains((byte)value)).Select(value => (char)value)]);
}
