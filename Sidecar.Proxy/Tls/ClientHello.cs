using System.Buffers.Binary;

namespace Sidecar.Proxy.Tls;

/// <summary>Reads from a ClientHello (RFC 8446, section 4.1.2) what .NET does not tell: whether TLS 1.3 is offered.</summary>
internal static class ClientHello
{
    private const int RecordHeader = 5;
    private const int MaxRecord = 16 * 1024;
    private const byte Handshake = 22;
    private const ushort SupportedVersions = 43;
    private const ushort Tls13 = 0x0304;

    /// <summary>Whether the first record is there, as far as it is of interest.</summary>
    /// <param name="buffer">All that has come.</param>
    /// <returns>Whether there is nothing to wait for.</returns>
    public static bool IsWhole(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < RecordHeader)
            return !buffer.IsEmpty && buffer.FirstSpan[0] != Handshake;
        Span<byte> header = stackalloc byte[RecordHeader];
        buffer.Slice(0, RecordHeader).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        return header[0] != Handshake || length > MaxRecord || buffer.Length >= RecordHeader + length;
    }

    /// <summary>Whether TLS 1.3 is offered.</summary>
    /// <param name="buffer">All that has come.</param>
    /// <returns>Whether it is; false when it cannot be told, as for a message in several records.</returns>
    public static bool OffersTls13(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        // Record header; type, length and version of the message; random.
        if (!reader.TryRead(out var type) || type != Handshake || !TrySkip(ref reader, RecordHeader - 1 + 4 + 2 + 32) || !TrySkipVector(ref reader, 1) || !TrySkipVector(ref reader, 2) || !TrySkipVector(ref reader, 1) || !TrySkip(ref reader, 2))
            return false;
        while (TryRead(ref reader, 2, out var extension) && TryRead(ref reader, 2, out var length))
        {
            if (extension != SupportedVersions)
            {
                if (!TrySkip(ref reader, length))
                    return false;
                continue;
            }

            if (!TryRead(ref reader, 1, out var bytes))
                return false;
            for (; bytes >= 2 && TryRead(ref reader, 2, out var version); bytes -= 2)
            {
                if (version == Tls13)
                    return true;
            }

            return false;
        }

        return false;
    }

    private static bool TrySkipVector(ref SequenceReader<byte> reader, int size) => TryRead(ref reader, size, out var length) && TrySkip(ref reader, length);

    private static bool TrySkip(ref SequenceReader<byte> reader, int count)
    {
        if (reader.Remaining < count)
            return false;
        reader.Advance(count);
        return true;
    }

    private static bool TryRead(ref SequenceReader<byte> reader, int size, out int value)
    {
        value = 0;
        for (; size > 0; size--)
        {
            if (!reader.TryRead(out var next))
                return false;
            value = (value << 8) | next;
        }

        return true;
    }
}
