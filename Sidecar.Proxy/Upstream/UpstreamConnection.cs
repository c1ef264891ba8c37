using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Upstream;

/// <summary>A connection to a target, with a buffer for each direction. One request has it at a time.</summary>
internal sealed class UpstreamConnection : IDisposable
{
    private const int BufferSize = 16 * 1024;

    private readonly ConnectionContext _connection;
    private readonly ITransportFeature _transport;
    private readonly Stream _stream;
    private byte[] _input = ArrayPool<byte>.Shared.Rent(BufferSize);
    private byte[] _output = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;
    private int _written;
    private int _disposed;
    private ValueTask<int> _ahead;
    private bool _readsAhead;

    /// <summary>Takes over a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="stream">What is read and written: the connection's stream, or TLS over it.</param>
    /// <param name="opened">When it was opened, on the monotonic clock.</param>
    public UpstreamConnection(ConnectionContext connection, Stream stream, long opened)
    {
        (_connection, _stream, Opened) = (connection, stream, opened);
        _transport = connection.Features.GetRequiredFeature<ITransportFeature>();
        Peer = (IPEndPoint)connection.RemoteEndPoint!;
        if (Peer.Address.IsIPv4MappedToIPv6)
            Peer.Address = Peer.Address.MapToIPv4();
    }

    /// <summary>The address it is connected to.</summary>
    public IPEndPoint Peer { get; }

    /// <summary>When it was opened.</summary>
    public long Opened { get; }

    /// <summary>When it was last put back into the pool.</summary>
    public long IdleSince { get; set; }

    /// <summary>How long the application said it keeps it idle, or null.</summary>
    public TimeSpan? KeepAliveTimeout { get; set; }

    /// <summary>Whether a request has been answered on it before.</summary>
    public bool IsReused { get; set; }

    /// <summary>The head of the response being read.</summary>
    public ResponseHead Head { get; } = new();

    /// <summary>Whether the thread that asks is the one that hears of its bytes.</summary>
    public bool IsLocal => _transport.IsLocal;

    /// <summary>What has arrived and is not used yet.</summary>
    public ReadOnlySpan<byte> Input => _input.AsSpan(_start, _end - _start);

    /// <summary>Whether the peer has closed it, or sent something nobody asked for, while it was idle. The thread that hears of that first may not have told of it yet: another asks itself.</summary>
    public bool IsStale => Input.Length > 0 || (_readsAhead && _ahead.IsCompleted) || (!IsLocal && _transport.HasInput);

    /// <summary>Reads the head of a response out of <see cref="Input"/>, and leaves it behind; its bytes stay until the next <see cref="FillAsync"/>.</summary>
    /// <param name="length">How long it is.</param>
    /// <param name="error">What is wrong, or null.</param>
    /// <returns>Whether it was there; if neither that nor an error, more is needed.</returns>
    public bool TryReadHead(out int length, out string? error)
    {
        if (!Head.TryRead(_input, _start, _end, out length, out error))
            return false;
        Advance(length);
        return true;
    }

    /// <summary>Leaves bytes behind.</summary>
    /// <param name="count">How many.</param>
    public void Advance(int count) => _start += count;

    /// <summary>Begins to wait for the next bytes. On an idle connection that is how its end is heard of; the next <see cref="FillAsync"/> goes on with it.</summary>
    public void ReadAhead()
    {
        MakeRoom();
        _readsAhead = true;
        try
        {
#pragma warning disable CA2012 // Whoever fills the buffer next awaits it, once.
            _ahead = _stream.ReadAsync(_input.AsMemory(_end), CancellationToken.None);
#pragma warning restore CA2012
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Which is an end, too.
            _ahead = default;
        }
    }

    /// <summary>Waits for more bytes.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many arrived; 0 when the peer has ended the connection.</returns>
    [AsyncMethodBuilder(typeof(PooledTask<>))]
    public async ValueTask<int> FillAsync(CancellationToken cancellationToken = default) => Received(await ReceiveAsync(cancellationToken));

    /// <summary>Waits for more bytes as <see cref="FillAsync"/> does, without a state machine of its own; <see cref="Received"/> has to be told how many they are.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many arrived; 0 when the peer has ended the connection.</returns>
    public ValueTask<int> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        if (!_readsAhead)
        {
            MakeRoom();
            return _stream.ReadAsync(_input.AsMemory(_end), cancellationToken);
        }

        _readsAhead = false;
        return cancellationToken.CanBeCanceled ? EndReadAheadAsync(cancellationToken) : _ahead;
    }

    /// <summary>Takes what <see cref="ReceiveAsync"/> has brought.</summary>
    /// <param name="count">How many bytes.</param>
    /// <returns>As many.</returns>
    public int Received(int count)
    {
        _end += count;
        return count;
    }

    /// <summary>Puts text, one byte a character, into the output buffer.</summary>
    /// <param name="text">The text.</param>
    public void Write(string text)
    {
        EnsureOutput(text.Length);
        _written += Encoding.Latin1.GetBytes(text, _output.AsSpan(_written));
    }

    /// <summary>Puts bytes into the output buffer.</summary>
    /// <param name="bytes">The bytes.</param>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        EnsureOutput(bytes.Length);
        bytes.CopyTo(_output.AsSpan(_written));
        _written += bytes.Length;
    }

    /// <summary>How many bytes wait to be sent.</summary>
    public int Pending => _written;

    /// <summary>Sends what is in the output buffer.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>When the bytes are with the operating system.</returns>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        var count = _written;
        _written = 0;
        return count == 0 ? default : _stream.WriteAsync(_output.AsMemory(0, count), cancellationToken);
    }

    /// <summary>Sends bytes past the buffer; whoever upgraded the connection has it to themselves.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>When the bytes are with the operating system.</returns>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>Says that nothing more will be sent, and keeps listening.</summary>
    /// <returns>When that is on its way.</returns>
    public async ValueTask ShutdownSendAsync()
    {
        try
        {
            await _transport.ShutdownSendAsync(TimeProvider.System);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }

    /// <summary>Breaks off whatever goes on; safe at any time and from any thread.</summary>
    public void Abort()
    {
        // A reset, not an orderly end: the application must not take half a request for a whole one.
        _connection.Abort(new ConnectionAbortedException("The exchange was broken off."));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _stream.Dispose();
        // Not before the last operation on it is over: this runs when the request is. What reads ahead ends a moment later.
        if (!_readsAhead)
            ArrayPool<byte>.Shared.Return(_input);
        ArrayPool<byte>.Shared.Return(_output);
    }

    /// <summary>A read that nobody could cancel when it began is broken off instead; the connection is lost either way.</summary>
    private async ValueTask<int> EndReadAheadAsync(CancellationToken cancellationToken)
    {
        await using var _ = cancellationToken.UnsafeRegister(static connection => ((UpstreamConnection)connection!).Abort(), this);
        try
        {
            return await _ahead;
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is IOException or ObjectDisposedException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private void MakeRoom()
    {
        if (_start == _end)
            (_start, _end) = (0, 0);
        if (_end < _input.Length)
            return;

        var count = _end - _start;
        var target = _start > 0 ? _input : ArrayPool<byte>.Shared.Rent(_input.Length * 2);
        _input.AsSpan(_start, count).CopyTo(target);
        if (!ReferenceEquals(target, _input))
        {
            ArrayPool<byte>.Shared.Return(_input);
            _input = target;
        }

        (_start, _end) = (0, count);
    }

    private void EnsureOutput(int count)
    {
        if (_output.Length - _written >= count)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_output.Length * 2, _written + count));
        _output.AsSpan(0, _written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_output);
        _output = larger;
    }
}
