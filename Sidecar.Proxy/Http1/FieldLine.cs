namespace Sidecar.Proxy.Http1;

/// <summary>One line of a header or trailer section (RFC 9112, section 5), read as strictly as two parsers could differ about it.</summary>
internal static class FieldLine
{
    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its CRLF.</param>
    /// <param name="nameLength">How long the name is, which begins the line.</param>
    /// <param name="valueStart">Where the value begins.</param>
    /// <param name="valueLength">How long it is, without the white space around it.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Read(ReadOnlySpan<byte> line, out int nameLength, out int valueStart, out int valueLength)
    {
        (nameLength, valueStart, valueLength) = (0, 0, 0);
        if (line.IsEmpty || line[0] is (byte)' ' or (byte)'\t')
            return "a header is folded over several lines";
        nameLength = line.IndexOf((byte)':');
        if (nameLength < 0)
            return "a header has no colon";
        if (!HttpGrammar.IsToken(line[..nameLength]))
            return "a header's name holds a byte that it must not";
        var rest = line[(nameLength + 1)..];
        var value = HttpGrammar.Trim(rest);
        valueStart = nameLength + 1 + Math.Max(0, rest.IndexOfAnyExcept((byte)' ', (byte)'\t'));
        valueLength = value.Length;
        return HttpGrammar.IsFieldValue(value) ? null : "a header's value holds a control byte";
    }
}
