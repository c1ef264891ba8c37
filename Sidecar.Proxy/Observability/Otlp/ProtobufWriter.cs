using System.Buffers.Binary;
using System.Numerics;

namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>Writes protobuf's wire format (protobuf.dev, Encoding) into a buffer that grows and is used again. What is nested and not measured beforehand has a length of four bytes, which readers take like any other.</summary>
internal sealed class ProtobufWriter
{
    [ThreadStatic]
    private static ProtobufWriter? t_current;

    private const int LengthBytes = 4;
    private const int MaxVarintBytes = 10;

    private byte[] _bytes = new byte[2048];
    private int _length;

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>This thread's writer, empty: for what is written, and handed on, in one go.</summary>
    /// <returns>The writer, until the next call of this.</returns>
    public static ProtobufWriter Rent()
    {
        var writer = t_current ??= new ProtobufWriter();
        writer.Clear();
        return writer;
    }

    /// <summary>Starts over.</summary>
    public void Clear() => _length = 0;

    /// <summary>Begins a nested message.</summary>
    /// <param name="field">The field's number, as for all the others here: from 1.</param>
    /// <returns>What <see cref="End"/> needs.</returns>
    public int Begin(int field)
    {
        Need(MaxVarintBytes + LengthBytes);
        Tag(field, WireType.Bytes);
        _length += LengthBytes;
        return _length;
    }

    /// <summary>Ends a nested message.</summary>
    public void End(int start)
    {
        var length = (uint)(_length - start);
        var place = _bytes.AsSpan(start - LengthBytes, LengthBytes);
        for (var i = 0; i < LengthBytes - 1; i++, length >>= 7)
            place[i] = (byte)(length | 0x80);
        place[LengthBytes - 1] = (byte)length;
    }

    /// <summary>Begins a nested message whose length is known.</summary>
    /// <param name="field">The field.</param>
    /// <param name="length">How many bytes follow.</param>
    public void Open(int field, int length)
    {
        Need((2 * MaxVarintBytes) + length);
        Tag(field, WireType.Bytes);
        Varint((ulong)length);
    }

    /// <summary>Writes text.</summary>
    public void String(int field, ReadOnlySpan<char> text)
    {
        Open(field, Encoding.UTF8.GetByteCount(text));
        Append(text);
    }

    /// <summary>Writes bytes.</summary>
    /// <param name="field">The field.</param>
    /// <param name="bytes">The bytes; UTF-8 if the field is text.</param>
    public void Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        Open(field, bytes.Length);
        Append(bytes);
    }

    /// <summary>Writes the bytes that a text of hexadecimal digits stands for.</summary>
    /// <param name="field">The field.</param>
    /// <param name="digits">Two digits a byte.</param>
    public void Hexadecimal(int field, string digits)
    {
        var length = digits.Length / 2;
        Open(field, length);
        Convert.FromHexString(digits, _bytes.AsSpan(_length), out _, out _);
        _length += length;
    }

    /// <summary>Writes an integer, a bool or an enum's value.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The value; a negative one as protobuf has it, in ten bytes.</param>
    public void Integer(int field, long value)
    {
        Need(2 * MaxVarintBytes);
        Tag(field, WireType.Varint);
        Varint((ulong)value);
    }

    /// <summary>Writes 64 bits.</summary>
    public void Fixed64(int field, long value)
    {
        Need(MaxVarintBytes + sizeof(long));
        Tag(field, WireType.Fixed64);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(_length), value);
        _length += sizeof(long);
    }

    /// <summary>Writes a time in nanoseconds since 1970.</summary>
    public void Time(int field, DateTimeOffset time) => Fixed64(field, (time.UtcTicks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick);

    /// <summary>Writes 32 bits.</summary>
    public void Fixed32(int field, uint value)
    {
        Need(MaxVarintBytes + sizeof(uint));
        Tag(field, WireType.Fixed32);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_length), value);
        _length += sizeof(uint);
    }

    /// <summary>Adds text as it is, inside of something begun.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        Need(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    /// <summary>Adds bytes as they are, inside of something begun.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Need(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Room for what somebody else encodes; <see cref="Advance"/> says how much it was.</summary>
    /// <param name="length">How many bytes at most.</param>
    /// <returns>The room; good until the next call.</returns>
    public Span<byte> Room(int length)
    {
        Need(length);
        return _bytes.AsSpan(_length, length);
    }

    /// <summary>Takes what was written into <see cref="Room"/>.</summary>
    public void Advance(int length) => _length += length;

    /// <summary>How many bytes a length or a number takes.</summary>
    /// <returns>One for each seven bits.</returns>
    public static int SizeOf(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private void Tag(int field, WireType type) => Varint(((ulong)field << 3) | (ulong)type);

    private void Varint(ulong value)
    {
        var (bytes, length) = (_bytes, _length);
        for (; value >= 0x80; value >>= 7)
            bytes[length++] = (byte)(value | 0x80);
        bytes[length] = (byte)value;
        _length = length + 1;
    }

    private void Need(int count)
    {
        if (_bytes.Length - _length < count)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
    }

    private enum WireType
    {
        Varint = 0,
        Fixed64 = 1,
        Bytes = 2,
        Fixed32 = 5,
    }
}
