using System.Net.Sockets;

namespace Sidecar.Proxy.Upstream.Http2;

/// <summary>A connection's socket, which says when it is closed.</summary>
internal sealed class Http2Transport : NetworkStream
{
    private Action<Http2Transport>? _closed;

    /// <summary>Takes over a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="origin">What it was connected to, by name.</param>
    /// <param name="closed">Called once, when it is closed.</param>
    public Http2Transport(Socket socket, DnsEndPoint origin, Action<Http2Transport> closed)
        : base(socket, ownsSocket: true)
    {
        (Origin, _closed) = (origin, closed);
        Peer = (IPEndPoint)socket.RemoteEndPoint!;
        if (Peer.Address.IsIPv4MappedToIPv6)
            Peer.Address = Peer.Address.MapToIPv4();
    }

    /// <summary>What it was connected to, by name.</summary>
    public DnsEndPoint Origin { get; }

    /// <summary>The address it is connected to.</summary>
    public IPEndPoint Peer { get; }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Interlocked.Exchange(ref _closed, null)?.Invoke(this);
    }
}
