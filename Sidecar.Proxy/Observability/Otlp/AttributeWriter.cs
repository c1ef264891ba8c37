namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>Writes attributes, OTLP's <c>KeyValue</c>, into one field of a record.</summary>
/// <param name="writer">Where to.</param>
/// <param name="field">The record's field for attributes.</param>
internal readonly struct AttributeWriter(ProtobufWriter writer, int field) : IAttributes
{
    private const int Key = 1;
    private const int Value = 2;
    private const int StringValue = 1;
    private const int BoolValue = 2;
    private const int IntValue = 3;
    private const int DoubleValue = 4;

    // The wire type of what has a length.
    private const int Length = 2;

    // The longest address: IPv6 with an IPv4 tail and a scope of ten digits.
    private const int MaxAddressLength = 64;

    /// <summary>Writes text.</summary>
    /// <param name="key">The name, in UTF-8.</param>
    /// <param name="value">The text.</param>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<char> value)
    {
        if (TryAddShort(key, value))
            return;
        var length = Encoding.UTF8.GetByteCount(value);
        Begin(key, 1 + ProtobufWriter.SizeOf((ulong)length) + length);
        writer.String(StringValue, value);
    }

    /// <summary>Writes text that is UTF-8 already.</summary>
    /// <param name="key">The name, in UTF-8.</param>
    /// <param name="value">The text.</param>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Begin(key, 1 + ProtobufWriter.SizeOf((ulong)value.Length) + value.Length);
        writer.Bytes(StringValue, value);
    }

    /// <summary>Writes text that is in three pieces.</summary>
    /// <param name="key">The name, in UTF-8.</param>
    /// <param name="first">The beginning.</param>
    /// <param name="second">The middle.</param>
    /// <param name="third">The end.</param>
    public void Add(ReadOnlySpan<byte> key, string first, string second, string third)
    {
        var whole = writer.Begin(field);
        writer.Bytes(Key, key);
        var value = writer.Begin(Value);
        var text = writer.Begin(StringValue);
        writer.Append(first);
        writer.Append(second);
        writer.Append(third);
        writer.End(text);
        writer.End(value);
        writer.End(whole);
    }

    /// <summary>Writes a number.</summary>
    /// <param name="key">The name, in UTF-8.</param>
    /// <param name="value">The number.</param>
    public void Add(ReadOnlySpan<byte> key, long value)
    {
        Begin(key, 1 + ProtobufWriter.SizeOf((ulong)value));
        writer.Integer(IntValue, value);
    }

    /// <summary>Writes a number.</summary>
    /// <param name="key">The name, in UTF-8.</param>
    /// <param name="value">The number.</param>
    public void Add(ReadOnlySpan<byte> key, double value)
    {
        Begin(key, 1 + sizeof(double));
        writer.Fixed64(DoubleValue, BitConverter.DoubleToInt64Bits(value));
    }

    /// <summary>Writes true or false.</summary>
    /// <param name="key">The name, in UTF-8.</param>
    /// <param name="value">Which.</param>
    public void Add(ReadOnlySpan<byte> key, bool value)
    {
        Begin(key, 2);
        writer.Integer(BoolValue, value ? 1 : 0);
    }

    /// <summary>Writes an address.</summary>
    /// <param name="key">The name, in UTF-8.</param>
    /// <param name="address">The address.</param>
    public void Add(ReadOnlySpan<byte> key, IPAddress address)
    {
        Span<byte> text = stackalloc byte[MaxAddressLength];
        address.TryFormat(text, out var length);
        Add(key, text[..length]);
    }

    /// <summary>Writes what policies and resources tell, whose types are not known before.</summary>
    /// <param name="key">The name.</param>
    /// <param name="value">Text, a bool, a number; anything else as text.</param>
    public void Add(string key, object value)
    {
        Span<byte> name = stackalloc byte[256];
        var utf8 = Encoding.UTF8.TryGetBytes(key, name, out var length) ? name[..length] : Encoding.UTF8.GetBytes(key);
        switch (value)
        {
            case bool truth:
                Add(utf8, truth);
                break;
            case int or long or short or byte or uint:
                Add(utf8, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double or float:
                Add(utf8, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            default:
                Add(utf8, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>Most attributes are ASCII and so short that every length in them is one byte: these need no measuring beforehand.</summary>
    private bool TryAddShort(ReadOnlySpan<byte> key, ReadOnlySpan<char> value)
    {
        var whole = key.Length + value.Length + 6;
        if (whole >= 128 || field >= 16)
            return false;
        var room = writer.Room(whole + 2);
        if (Ascii.FromUtf16(value, room[(key.Length + 8)..], out _) != OperationStatus.Done)
            return false;
        room[0] = (byte)((field << 3) | Length);
        room[1] = (byte)whole;
        room[2] = (Key << 3) | Length;
        room[3] = (byte)key.Length;
        key.CopyTo(room[4..]);
        room = room[(4 + key.Length)..];
        room[0] = (Value << 3) | Length;
        room[1] = (byte)(value.Length + 2);
        room[2] = (StringValue << 3) | Length;
        room[3] = (byte)value.Length;
        writer.Advance(whole + 2);
        return true;
    }

    private void Begin(ReadOnlySpan<byte> key, int valueLength)
    {
        var head = 1 + ProtobufWriter.SizeOf((ulong)key.Length) + key.Length;
        writer.Open(field, head + 1 + ProtobufWriter.SizeOf((ulong)valueLength) + valueLength);
        writer.Bytes(Key, key);
        writer.Open(Value, valueLength);
    }
}
