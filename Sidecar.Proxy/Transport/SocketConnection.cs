using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Sidecar.Proxy.Transport;

/// <summary>A connection to a target on .NET's sockets.</summary>
internal sealed class SocketConnection : DefaultConnectionContext
{
    private readonly Socket _socket;

    /// <summary>Takes over a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    public SocketConnection(Socket socket)
    {
        _socket = socket;
        (LocalEndPoint, RemoteEndPoint) = (socket.LocalEndPoint, socket.RemoteEndPoint);
        Features.Set<ITransportFeature>(new SocketFeature(socket, CancellationToken.None));
    }

    /// <inheritdoc />
    public override void Abort(ConnectionAbortedException abortReason)
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }

        _socket.Dispose();
    }

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return base.DisposeAsync();
    }
}
