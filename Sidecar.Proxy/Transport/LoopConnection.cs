using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Sidecar.Proxy.Transport;

/// <summary>A connection on a loop: a client's through <see cref="Transport"/>, or one to a target through <see cref="Stream"/>.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Nothing waits for the handles of these token sources, and they may be asked when the connection has long gone.")]
internal sealed class LoopConnection : ConnectionContext, IDuplexPipe, ITransportFeature, IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature, IMemoryPoolFeature
{
    private static long s_lastId = DateTime.UtcNow.Ticks;

    private readonly LoopSocket _socket;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _broken = new();
    private readonly CancellationTokenSource _closed = new();
    private LoopPipeReader? _input;
    private LoopPipeWriter? _output;

    /// <summary>Takes over a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="local">Its own address.</param>
    /// <param name="remote">The peer's.</param>
    /// <param name="memory">Where those who serve it take their memory from.</param>
    public LoopConnection(LoopSocket socket, EndPoint? local, EndPoint? remote, MemoryPool<byte> memory)
    {
        (_socket, LocalEndPoint, RemoteEndPoint, MemoryPool) = (socket, local, remote, memory);
        ConnectionClosed = _closed.Token;
        Transport = this;
        Features.Set<ITransportFeature>(this);
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        Features.Set<IMemoryPoolFeature>(this);
        socket.Owner = this;
    }

    /// <inheritdoc />
    [AllowNull]
    public override string ConnectionId
    {
        get => field ??= Interlocked.Increment(ref s_lastId).ToString("X", CultureInfo.InvariantCulture);
        set;
    }

    /// <inheritdoc />
    public override IFeatureCollection Features { get; } = new FeatureCollection(8);

    /// <inheritdoc />
    [AllowNull]
    public override IDictionary<object, object?> Items
    {
        get => field ??= new ConnectionItems();
        set;
    }

    /// <inheritdoc />
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc />
    public override CancellationToken ConnectionClosed { get; set; }

    /// <inheritdoc />
    public override EndPoint? LocalEndPoint { get; set; }

    /// <inheritdoc />
    public override EndPoint? RemoteEndPoint { get; set; }

    /// <inheritdoc />
    public MemoryPool<byte> MemoryPool { get; }

    /// <inheritdoc />
    public PipeReader Input => _input ??= new(_socket);

    /// <inheritdoc />
    public PipeWriter Output => _output ??= new(_socket);

    /// <inheritdoc />
    public Stream Stream => field ??= new LoopStream(_socket);

    /// <inheritdoc />
    public nint Handle => _socket.Fd;

    /// <inheritdoc />
    public bool IsClosed => _socket.IsClosed;

    /// <inheritdoc />
    public bool IsLocal => _socket.Loop.IsCurrent;

    /// <inheritdoc />
    public bool HasInput => _socket.HasInput;

    /// <inheritdoc />
    public CancellationToken Ended => _ended.Token;

    /// <inheritdoc />
    public CancellationToken Broken => _broken.Token;

    /// <inheritdoc />
    public ValueTask ShutdownSendAsync(TimeProvider time)
    {
        _socket.ShutdownSend();
        return default;
    }

    /// <inheritdoc />
    public override void Abort(ConnectionAbortedException abortReason) => _socket.Abort(abortReason);

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        _input?.Complete();
        _output?.Complete();
        await _socket.CloseAsync();
        await base.DisposeAsync();
    }

    /// <summary>The peer has ended its half.</summary>
    public void OnEnded() => _ended.Cancel();

    /// <summary>The peer is gone.</summary>
    public void OnBroken()
    {
        _broken.Cancel();
        _closed.Cancel();
    }

    /// <summary>All of what the peer has sent has been read.</summary>
    public void OnDrained() => _closed.Cancel();

    /// <summary>The socket has been closed.</summary>
    public void OnClosed()
    {
        _ended.Cancel();
        _broken.Cancel();
        _closed.Cancel();
    }
}
