using System.Buffers.Binary;
using System.Text;

namespace SidecarAspire.Soak;

/// <summary>HTTP/2 as bytes (RFC 9113), for clients that take no care.</summary>
internal static class Http2
{
    private const int FrameBytes = 16 * 1024;

    /// <summary>Preface, and windows as large as they can be: responses need not be read.</summary>
    public static byte[] Preface { get; } =
    [
        .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
        .. Frame(4, 0, 0, [0, 4, 0x7f, 0xff, 0xff, 0xff]),
        .. Frame(8, 0, 0, [0x7f, 0xff, 0, 0]),
    ];

    /// <summary>A request whose head has so many more bytes.</summary>
    public static byte[] Request(int stream, string method, string path, bool ends, int headBytes = 0)
    {
        var block = new List<byte>();
        Field(block, ":method", method);
        Field(block, ":scheme", "http");
        Field(block, ":path", path);
        Field(block, ":authority", "soak");
        for (var i = 0; headBytes > 0; i++, headBytes -= 2_000)
            Field(block, $"x-{i}", new string('x', Math.Min(headBytes, 2_000)));
        var frames = new List<byte>();
        for (var at = 0; at < block.Count; at += FrameBytes)
        {
            var isLast = block.Count - at <= FrameBytes;
            frames.AddRange(Frame((byte)(at == 0 ? 1 : 9), (byte)((isLast ? 4 : 0) | (ends && at == 0 ? 1 : 0)), stream, [.. block.Skip(at).Take(FrameBytes)]));
        }

        return [.. frames];
    }

    /// <summary>A piece of a body.</summary>
    public static byte[] Body(int stream, int bytes) => Frame(0, 0, stream, new byte[bytes]);

    /// <summary>A frame.</summary>
    public static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, (payload.Length << 8) | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    private static void Field(List<byte> block, string name, string value)
    {
        // A literal that is never indexed (RFC 7541, section 6.2.3).
        block.AddRange([0x10, (byte)name.Length, .. Encoding.Latin1.GetBytes(name)]);
        if (value.Length < 127)
        {
            block.Add((byte)value.Length);
        }
        else
        {
            block.Add(127);
            var rest = value.Length - 127;
            for (; rest >= 128; rest >>= 7)
                block.Add((byte)(rest | 128));
            block.Add((byte)rest);
        }

        block.AddRange(Encoding.Latin1.GetBytes(value));
    }
}
