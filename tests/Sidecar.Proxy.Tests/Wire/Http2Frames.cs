using System.Buffers.Binary;
using System.Text;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>HTTP/2 as bytes (RFC 9113), for what no client's library would send.</summary>
internal static class Http2Frames
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte GoAway = 7;

    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    /// <summary>What a client begins with.</summary>
    public static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])];

    /// <summary>What a server begins with that can do nothing special.</summary>
    public static byte[] NoSettings { get; } = Frame(Settings, 0, 0, []);

    /// <summary>A request's head, or its trailers, each field a literal (RFC 7541, section 6.2.2).</summary>
    /// <param name="stream">The stream's number.</param>
    /// <param name="ends">Whether there is nothing after it.</param>
    /// <param name="fields">The fields; pseudo-headers first.</param>
    public static byte[] Fields(int stream, bool ends, params (string Name, string Value)[] fields)
    {
        var block = new List<byte>();
        foreach (var (name, value) in fields)
            block.AddRange([0, (byte)name.Length, .. Encoding.Latin1.GetBytes(name), (byte)value.Length, .. Encoding.Latin1.GetBytes(value)]);
        return Frame(Headers, (byte)(EndHeaders | (ends ? EndStream : 0)), stream, [.. block]);
    }

    /// <summary>A request's head that is no HPACK: an index that no table has.</summary>
    /// <param name="stream">The stream's number.</param>
    public static byte[] Undecodable(int stream) => Frame(Headers, EndHeaders | EndStream, stream, [0xFE]);

    /// <summary>The end of a stream whose response nobody wants any more.</summary>
    /// <param name="stream">The stream's number.</param>
    public static byte[] Cancel(int stream) => Frame(Reset, 0, stream, [0, 0, 0, 8]);

    /// <summary>A piece of a body.</summary>
    /// <param name="stream">The stream's number.</param>
    /// <param name="ends">Whether there is nothing after it.</param>
    /// <param name="text">The piece.</param>
    public static byte[] Body(int stream, bool ends, string text) => Frame(Data, ends ? EndStream : (byte)0, stream, Encoding.Latin1.GetBytes(text));

    /// <summary>The next frame of one of these types; others before it are passed over.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="types">The types.</param>
    public static async Task<(byte Type, int Stream, byte[] Payload)> ReadAsync(RawConnection connection, params byte[] types)
    {
        while (true)
        {
            var head = Encoding.Latin1.GetBytes(await connection.ReadExactlyAsync(9));
            var payload = Encoding.Latin1.GetBytes(await connection.ReadExactlyAsync((head[0] << 16) | (head[1] << 8) | head[2]));
            if (types.Contains(head[3]))
                return (head[3], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
        }
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }
}
