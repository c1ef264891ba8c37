namespace Sidecar.Proxy.Http1;

/// <summary>Reads a header or trailer section line by line, refusing whatever two parsers could read differently.</summary>
/// <param name="section">The lines, each with its CRLF, without the empty line at the end.</param>
internal ref struct FieldReader(ReadOnlySpan<byte> section)
{
    private readonly int _length = section.Length;
    private ReadOnlySpan<byte> _rest = section;

    /// <summary>The current field's name.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The current field's value, without the white space around it.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where the line after the current field's begins.</summary>
    public readonly int Position => _length - _rest.Length;

    /// <summary>Why reading stopped, or null at the end of the section.</summary>
    public string? Error { get; private set; }

    /// <summary>Goes to the next field.</summary>
    /// <returns>Whether there is one; if not, <see cref="Error"/> says why.</returns>
    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;

        var end = _rest.IndexOf((byte)'\n');
        if (end < 1 || _rest[end - 1] != '\r')
            return Refuse("a line does not end in CRLF");
        var line = _rest[..(end - 1)];
        _rest = _rest[(end + 1)..];
        if (FieldLine.Read(line, out var nameLength, out var valueStart, out var valueLength) is { } wrong)
            return Refuse(wrong);
        Name = line[..nameLength];
        Value = line.Slice(valueStart, valueLength);
        return true;
    }

    private bool Refuse(string reason)
    {
        Error = reason;
        return false;
    }
}
