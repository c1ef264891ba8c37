using System.Text;
using Google.Protobuf;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>Reads protobuf messages by their fields' numbers, with a reader that is not the sidecar's.</summary>
internal sealed class OtlpFields
{
    private readonly Dictionary<int, List<object>> _fields = [];

    public OtlpFields(ReadOnlySpan<byte> message)
    {
        using var input = new CodedInputStream(message.ToArray());
        while (input.ReadTag() is var tag and not 0)
        {
            object value = WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadInt64(),
                WireFormat.WireType.Fixed64 => input.ReadSFixed64(),
                WireFormat.WireType.Fixed32 => (long)input.ReadFixed32(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                var type => throw new InvalidDataException($"wire type {type}"),
            };
            var number = WireFormat.GetTagFieldNumber(tag);
            _fields.TryAdd(number, []);
            _fields[number].Add(value);
        }
    }

    public byte[] Bytes(int field) => All(field).Select(value => (byte[])value).SingleOrDefault([]);

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public long Number(int field) => All(field).Select(value => (long)value).SingleOrDefault();

    public OtlpFields Message(int field) => new(Bytes(field));

    public IEnumerable<OtlpFields> Messages(int field) => All(field).Select(value => new OtlpFields((byte[])value));

    /// <summary>Attributes; whole numbers are longs.</summary>
    public IReadOnlyDictionary<string, object?> Attributes(int field) => Messages(field).ToDictionary(pair => pair.Text(1), pair => pair.Message(2).AnyValue());

    public object? AnyValue() => _fields.Single() switch
    {
        { Key: 1 } => Text(1),
        { Key: 2 } => Number(2) != 0,
        { Key: 3 } => Number(3),
        { Key: 4 } => BitConverter.Int64BitsToDouble(Number(4)),
        var other => throw new InvalidDataException($"AnyValue has field {other.Key}"),
    };

    public List<object> All(int field) => _fields.GetValueOrDefault(field, []);
}
