using System.Buffers;

namespace Sidecar.Proxy.Forwarding.Http1;

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

    private static readonly SearchValues<byte> HostBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=%:[]"u8);

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

    /// <summary>Whether this may be a Host header's value.</summary>
    /// <param name="text">The bytes.</param>
    /// <returns>True for a host with or without a port; it may be empty.</returns>
    public static bool IsHost(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(HostBytes);

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
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowercase) => System.Text.Ascii.EqualsIgnoreCase(text, lowercase);

    private static SearchValues<char> Characters(SearchValues<byte> bytes) =>
        SearchValues.Create([.. Enumerable.Range(0, 256).Where(value => bytes.Contains((byte)value)).Select(value => (char)value)]);
}
