using System.Buffers.Binary;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// The client's end of a WebSocket. When it has to go, it gets a close frame between two of the application's frames, and nothing
/// after that; its own close frame then travels on to the application, which learns of the end as if the client had wished it.
/// </summary>
internal sealed class WebSocketStream : AsyncStream
{
    // Final frame, opcode 8; two bytes of payload: 1001, going away (RFC 6455, sections 5.5.1 and 7.4.1).
    private static readonly byte[] GoingAway = [0x88, 0x02, 0x03, 0xE9];

    private readonly Stream _inner;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenRegistration _registration;
    private readonly WebSocketFrames _frames = new();
    private bool _closed;

    /// <summary>Wraps the client's stream.</summary>
    /// <param name="inner">The stream.</param>
    /// <param name="farewell">Fires when it is time to go.</param>
    public WebSocketStream(Stream inner, CancellationToken farewell)
        : base(inner)
    {
        _inner = inner;
        _registration = farewell.UnsafeRegister(static stream => _ = ((WebSocketStream)stream!).CloseAsync(), this);
    }

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_closed)
                return;
            _frames.Pass(buffer.Span);
            await _inner.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await _registration.DisposeAsync();
        await _inner.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task CloseAsync()
    {
        await _writing.WaitAsync();
        try
        {
            // In the middle of a frame there is nothing to be said; and the application may have said it.
            if (_frames.IsBetweenFrames && !_frames.HasClosed)
            {
                await _inner.WriteAsync(GoingAway);
                await _inner.FlushAsync();
            }

            _closed = true;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client went first.
        }
        finally
        {
            _writing.Release();
        }
    }
}

/// <summary>Follows the frames of a WebSocket in one direction without keeping them (RFC 6455, section 5.2).</summary>
internal sealed class WebSocketFrames
{
    private const byte CloseOpcode = 8;

    // The longest head: two bytes, eight of length, four of a mask.
    private readonly byte[] _head = new byte[14];
    private int _headBytes;
    private ulong _payloadLeft;

    /// <summary>Whether what has passed ends where a frame ends.</summary>
    public bool IsBetweenFrames => _headBytes == 0 && _payloadLeft == 0;

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

    private int HeadLength() => 2 + LengthBytes() + ((_head[1] & 0x80) != 0 ? 4 : 0);

    private int LengthBytes() => (_head[1] & 0x7F) switch
    {
        126 => 2,
        127 => 8,
        _ => 0,
    };

    private void CompleteHead()
    {
        HasClosed |= (_head[0] & 0x0F) == CloseOpcode;
        ReadOnlySpan<byte> length = _head.AsSpan(2, LengthBytes());
        _payloadLeft = length.Length switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(length),
            8 => BinaryPrimitives.ReadUInt64BigEndian(length),
            _ => (ulong)(_head[1] & 0x7F),
        };
        _headBytes = 0;
    }
}
