namespace Sidecar.Proxy.Http1;

/// <summary>Paths as every rule compares them.</summary>
internal static class RequestPath
{
    private const int StackLength = 256;

    private static readonly SearchValues<char> Unusual = SearchValues.Create("%;\\");

    /// <summary>
    /// The one form of all spellings that mean the same path: letters, digits and <c>-._~</c> are not encoded (RFC 3986, section 6.2.2), what is encoded
    /// is so once and in upper case, and there are neither parameters (<c>;v=1</c>) nor empty segments.
    /// </summary>
    /// <param name="path">The path as the client sent it.</param>
    /// <returns>The same object when it is in that form already; null when it has a dot segment, for a sidecar and an application may differ on where that leads.</returns>
    public static string? Canonicalize(string path)
    {
        if (IsPlain(path))
            return path;
        Span<char> text = path.Length <= StackLength ? stackalloc char[path.Length + 1] : new char[path.Length + 1];
        if (!TryFold(path, text, default, out var length))
            return null;
        return text[..length].SequenceEqual(path) ? path : new string(text[..length]);
    }

    /// <summary>Finds the place in a path where the beginning of its canonical form ends.</summary>
    /// <param name="path">The path as the client sent it; without dot segments.</param>
    /// <param name="length">How much of the canonical form.</param>
    /// <returns>How much of the path.</returns>
    public static int End(string path, int length)
    {
        if (length == 0)
            return 0;
        var ends = new int[path.Length + 1];
        return TryFold(path, new char[path.Length + 1], ends, out var whole) && length <= whole ? ends[length - 1] : path.Length;
    }

    /// <summary>Decodes what means the same encoded and decoded, as often as it has been encoded.</summary>
    /// <param name="path">The path.</param>
    /// <param name="text">Where to; as long as the path.</param>
    /// <param name="ends">Where in the path each character ends; or empty.</param>
    /// <returns>How many characters there are.</returns>
    public static int Decode(ReadOnlySpan<char> path, Span<char> text, Span<int> ends)
    {
        var length = 0;
        for (var i = 0; i < path.Length; i++)
        {
            text[length++] = path[i];
            // What has just been decoded may end what is encoded, too: %2561 is %61 is a.
            while (length >= 3 && text[length - 3] == '%' && char.IsAsciiHexDigit(text[length - 2]) && char.IsAsciiHexDigit(text[length - 1]))
            {
                var value = (char)((HexValue(text[length - 2]) << 4) | HexValue(text[length - 1]));
                if (!char.IsAsciiLetterOrDigit(value) && value is not ('-' or '.' or '_' or '~' or '%'))
                {
                    text[length - 2] = char.ToUpperInvariant(text[length - 2]);
                    text[length - 1] = char.ToUpperInvariant(text[length - 1]);
                    break;
                }

                length -= 2;
                text[length - 1] = value;
            }

            if (!ends.IsEmpty)
                ends[length - 1] = i + 1;
        }

        return length;
    }

    /// <summary>The value of a hexadecimal digit.</summary>
    /// <returns>0 to 15.</returns>
    public static int HexValue(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static bool IsPlain(string path) =>
        !path.AsSpan().ContainsAny(Unusual) && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);

    private static bool TryFold(ReadOnlySpan<char> path, Span<char> text, Span<int> ends, out int length)
    {
        length = Decode(path, text, ends);
        if (HasDotSegment(text[..length]))
            return false;
        // The asterisk of OPTIONS has no segments.
        if (path.StartsWith('/'))
            length = DropParametersAndEmptySegments(text, ends, length);
        return true;
    }

    private static int DropParametersAndEmptySegments(Span<char> text, Span<int> ends, int length)
    {
        var (kept, isEmpty) = (0, true);
        for (var slash = 0; slash < length;)
        {
            var segment = text[(slash + 1)..length];
            var end = segment.IndexOf('/');
            if (end >= 0)
                segment = segment[..end];
            var next = slash + 1 + segment.Length;
            var parameters = segment.IndexOf(';');
            if (parameters >= 0)
                segment = segment[..parameters];
            isEmpty = segment.IsEmpty;
            if (!isEmpty)
            {
                text.Slice(slash, segment.Length + 1).CopyTo(text[kept..]);
                if (!ends.IsEmpty)
                    ends.Slice(slash, segment.Length + 1).CopyTo(ends[kept..]);
                kept += segment.Length + 1;
            }

            slash = next;
        }

        if (isEmpty)
        {
            text[kept] = '/';
            if (!ends.IsEmpty)
                ends[kept] = ends[length - 1];
            kept++;
        }

        return kept;
    }

    private static bool HasDotSegment(ReadOnlySpan<char> path)
    {
        for (var at = 0; path[at..].IndexOf('.') is >= 0 and var next; at++)
        {
            at += next;
            if (!EndsInSlash(path[..at]))
                continue;
            var rest = path[(at + 1)..];
            if (rest.StartsWith('.'))
                rest = rest[1..];
            // Some take a parameter off a segment before they resolve it.
            if (rest.IsEmpty || rest[0] is '/' or '\\' or ';' || rest.StartsWith("%2F") || rest.StartsWith("%5C") || rest.StartsWith("%3B"))
                return true;
        }

        return false;
    }

    private static bool EndsInSlash(ReadOnlySpan<char> path) => path.EndsWith('/') || path.EndsWith('\\') || path.EndsWith("%2F") || path.EndsWith("%5C");
}
