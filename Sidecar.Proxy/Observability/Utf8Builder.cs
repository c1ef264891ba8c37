namespace Sidecar.Proxy.Observability;

/// <summary>Puts UTF-8 text together in a pooled buffer that grows and is used again.</summary>
internal sealed class Utf8Builder : IBufferWriter<byte>, IDisposable
{
    // A request's line is far below this; an exposition of metrics grows into it once.
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1024);

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>What has been written, for a stream.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>Starts over.</summary>
    public void Clear() => Length = 0;

    /// <summary>Adds bytes that are UTF-8 already.</summary>
    /// <returns>This builder.</returns>
    public Utf8Builder Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(GetSpan(utf8.Length));
        Length += utf8.Length;
        return this;
    }

    /// <summary>Adds text.</summary>
    /// <returns>This builder.</returns>
    public Utf8Builder Append(ReadOnlySpan<char> text)
    {
        Length += Encoding.UTF8.GetBytes(text, GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        return this;
    }

    /// <summary>Adds a value in the invariant culture.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <returns>This builder.</returns>
    public Utf8Builder Append<T>(T value, ReadOnlySpan<char> format = default)
        where T : IUtf8SpanFormattable
    {
        for (var room = 32; ; room *= 2)
        {
            if (!value.TryFormat(GetSpan(room), out var written, format, null))
                continue;
            Length += written;
            return this;
        }
    }

    /// <summary>Adds text from outside so that it can neither end the line nor a quoted field: such bytes become <c>\xHH</c>.</summary>
    /// <returns>This builder.</returns>
    public Utf8Builder AppendVisible(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAnyExcept(Visible) < 0)
            return Append(text);
        foreach (var character in text)
        {
            if (Visible.Contains(character))
                Append((ReadOnlySpan<char>)[character]);
            else
                Append("\\x"u8).Append((int)character, "X2");
        }

        return this;
    }

    /// <inheritdoc />
    public void Advance(int count) => Length += count;

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsSpan(Length);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private static readonly SearchValues<char> Visible =
        SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(code => (char)code).Where(character => character is not ('"' or '\\'))]);

    private void EnsureRoom(int count)
    {
        if (_bytes.Length - Length >= Math.Max(count, 1))
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + count));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
