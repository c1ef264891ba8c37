using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>Follows the frames of a WebSocket in one direction without keeping them (RFC 6455, section 5.2).</summary>
internal struct WebSocketFrames
{
    private const byte CloseOpcode = 8;

    private Head _head;
    private int _headBytes;
    private ulong _payloadLeft;

    /// <summary>Whether what has passed ends where a frame ends.</summary>
    public readonly bool IsBetweenFrames => _headBytes == 0 && _payloadLeft == 0;

    /// <summary>Whether a close frame has passed.</summary>
    public bool HasClosed { get; private set; }

    /// <summary>Lets bytes pass.</summary>
    /// <param name="bytes">Any part of the stream.</param>
    public void Pass(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_payloadLeft > 0)
            {
                var count = (int)Math.Min(_payloadLeft, (ulong)bytes.Length);
                _payloadLeft -= (uint)count;
                bytes = bytes[count..];
                continue;
            }

            _head[_headBytes++] = bytes[0];
            bytes = bytes[1..];
            if (_headBytes >= 2 && _headBytes == HeadLength())
                CompleteHead();
        }
    }

    private readonly int HeadLength() => 2 + LengthBytes() + ((_head[1] & 0x80) != 0 ? 4 : 0);

    private readonly int LengthBytes() => (_head[1] & 0x7F) switch
    {
        126 => 2,
        127 => 8,
        _ => 0,
    };

    private void CompleteHead()
    {
        HasClosed |= (_head[0] & 0x0F) == CloseOpcode;
        ReadOnlySpan<byte> length = ((ReadOnlySpan<byte>)_head).Slice(2, LengthBytes());
        _payloadLeft = length.Length switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(length),
            8 => BinaryPrimitives.ReadUInt64BigEndian(length),
            _ => (ulong)(_head[1] & 0x7F),
        };
        _headBytes = 0;
    }

    [InlineArray(14)]
    private struct Head
    {
        private byte _first;
    }
}
