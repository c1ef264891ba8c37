using Sidecar.Proxy.Forwarding;

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
    private WebSocketFrames _frames;
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
