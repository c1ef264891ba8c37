using System.Buffers.Binary;
using System.Net;

namespace Sidecar.Proxy.Traffic.Discovery;

/// <summary>Messages to and from a name server (RFC 1035, section 4).</summary>
internal static class DnsMessage
{
    /// <summary>The longest question there is.</summary>
    public const int MaxQuery = HeaderLength + 256 + 4;

    private const int HeaderLength = 12;
    private const int MaxRecords = 4096;
    private const ushort Internet = 1;

    /// <summary>Writes a question.</summary>
    /// <param name="buffer">Where to, with room for <see cref="MaxQuery"/>.</param>
    /// <param name="id">What tells its answer from others.</param>
    /// <param name="name">A valid name.</param>
    /// <param name="type">What is asked for.</param>
    /// <returns>How many bytes it took.</returns>
    public static int WriteQuery(Span<byte> buffer, ushort id, string name, DnsType type)
    {
        buffer[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(buffer, id);
        // Recursion desired; one question.
        (buffer[2], buffer[5]) = (1, 1);
        var end = HeaderLength + DnsName.Write(name, buffer[HeaderLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[end..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(end + 2)..], Internet);
        return end + 4;
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="message">What came.</param>
    /// <param name="id">The question's id.</param>
    /// <param name="name">The question's name.</param>
    /// <param name="type">The question's type.</param>
    /// <param name="answer">The answer.</param>
    /// <returns>Whether it is the answer to this question, and well-formed. What was cut off is missing from one that is truncated.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, ushort id, string name, DnsType type, out DnsAnswer answer)
    {
        answer = null!;
        if (message.Length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(message) != id || (message[2] & 0xf8) != 0x80 || Count(message, 4) != 1)
            return false;
        var position = HeaderLength;
        if (!DnsName.TryRead(message, ref position, out var asked) || !asked.Equals(name, StringComparison.OrdinalIgnoreCase) || message.Length - position < 4
            || BinaryPrimitives.ReadUInt16BigEndian(message[position..]) != (ushort)type || BinaryPrimitives.ReadUInt16BigEndian(message[(position + 2)..]) != Internet)
            return false;
        position += 4;
        var isTruncated = (message[2] & 2) != 0;
        var records = new List<DnsRecord>();
        var count = Count(message, 6) + Count(message, 8) + Count(message, 10);
        if (count > MaxRecords)
            return false;
        for (var i = 0; i < count; i++)
        {
            if (TryReadRecord(message, ref position, out var record))
                records.AddRange(record is null ? [] : [record]);
            else if (isTruncated)
                break;
            else
                return false;
        }

        answer = new(message[3] & 0xf, isTruncated, records);
        return true;
    }

    private static int Count(ReadOnlySpan<byte> message, int offset) => BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);

    private static bool TryReadRecord(ReadOnlySpan<byte> message, ref int position, out DnsRecord? record)
    {
        record = null;
        if (!DnsName.TryRead(message, ref position, out var name) || message.Length - position < 10)
            return false;
        var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[position..]);
        var isInternet = BinaryPrimitives.ReadUInt16BigEndian(message[(position + 2)..]) == Internet;
        // RFC 2181, section 8: a TTL with the highest bit set is none.
        var ttl = TimeSpan.FromSeconds(Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(message[(position + 4)..])));
        var length = BinaryPrimitives.ReadUInt16BigEndian(message[(position + 8)..]);
        var start = position + 10;
        if (message.Length - start < length)
            return false;
        position = start + length;
        return !isInternet || TryReadData(message[..position], start, name, type, ttl, out record);
    }

    private static bool TryReadData(ReadOnlySpan<byte> message, int start, string name, DnsType type, TimeSpan ttl, out DnsRecord? record)
    {
        record = null;
        var data = message[start..];
        switch (type)
        {
            case DnsType.A or DnsType.Aaaa:
                if (data.Length != (type == DnsType.A ? 4 : 16))
                    return false;
                record = new AddressRecord(name, type, ttl, new IPAddress(data));
                return true;
            case DnsType.Cname:
                if (!DnsName.TryRead(message, ref start, out var alias) || start != message.Length)
                    return false;
                record = new AliasRecord(name, ttl, alias);
                return true;
            case DnsType.Srv:
                var host = start + 6;
                if (data.Length < 7 || !DnsName.TryRead(message, ref host, out var target) || host != message.Length)
                    return false;
                record = new ServiceRecord(name, ttl, Count(data, 0), Count(data, 2), Count(data, 4), target);
                return true;
            default:
                return true;
        }
    }
}
