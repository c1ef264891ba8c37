namespace Sidecar.Proxy.Http1;

/// <summary>Writes a message's lines into a buffer, one byte a character.</summary>
/// <param name="output">The buffer.</param>
internal ref struct HeadWriter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _span = output.GetSpan(256);
    private int _written;

    /// <summary>Writes bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _span.Length - _written)
        {
            Commit();
            if (bytes.Length > 2048)
            {
                _output.Write(bytes);
                _span = _output.GetSpan(256);
                return;
            }

            _span = _output.GetSpan(bytes.Length);
        }

        bytes.CopyTo(_span[_written..]);
        _written += bytes.Length;
    }

    /// <summary>Writes text.</summary>
    /// <param name="text">The text, one character a byte.</param>
    public void Write(ReadOnlySpan<char> text)
    {
        MakeRoom(text.Length);
        _written += Encoding.Latin1.GetBytes(text, _span[_written..]);
    }

    /// <summary>Writes a number in decimal digits.</summary>
    /// <param name="number">The number.</param>
    public void Write(long number)
    {
        MakeRoom(20);
        number.TryFormat(_span[_written..], out var digits, default, CultureInfo.InvariantCulture);
        _written += digits;
    }

    /// <summary>Writes a number in hexadecimal digits.</summary>
    /// <param name="number">The number.</param>
    public void WriteHex(int number)
    {
        MakeRoom(8);
        number.TryFormat(_span[_written..], out var digits, "x", CultureInfo.InvariantCulture);
        _written += digits;
    }

    /// <summary>Writes a line of a header or trailer section.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="value">Its value.</param>
    public void WriteField(string name, string value)
    {
        Write(name);
        Write(": "u8);
        Write(value);
        Write("\r\n"u8);
    }

    /// <summary>Makes sure that a field is what it looks like.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="InvalidOperationException">It would be something else on the wire.</exception>
    public static void Check(string name, string value)
    {
        if (!HttpGrammar.IsToken(name))
            throw new InvalidOperationException("A header's name holds a character that it must not.");
        if (!HttpGrammar.IsFieldValue(value))
            throw new InvalidOperationException("A header's value holds a control character.");
    }

    /// <summary>Gives the buffer what has been written.</summary>
    public void Commit()
    {
        _output.Advance(_written);
        _span = default;
        _written = 0;
    }

    private void MakeRoom(int count)
    {
        if (_span.Length - _written >= count)
            return;
        Commit();
        _span = _output.GetSpan(count);
    }
}
