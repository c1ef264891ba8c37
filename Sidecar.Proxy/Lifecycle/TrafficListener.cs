using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// Closes the traffic port on its own. Kestrel stops all of its ports together, and the admin port has to answer until the last
/// request is done.
/// </summary>
public sealed class TrafficListener
{
    private readonly Lock _lock = new();
    private readonly List<(Socket Socket, int Port)> _sockets = [];

    /// <summary>Opens a listening socket as Kestrel would, and remembers it.</summary>
    /// <returns>The socket, bound.</returns>
    public Socket Bind(EndPoint endPoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        lock (_lock)
            _sockets.Add((socket, (socket.LocalEndPoint as IPEndPoint)?.Port ?? 0));
        return socket;
    }

    /// <summary>Closes the traffic port; connections stay. Kestrel takes a closed socket for the end of its accept loop, as when it closes it itself.</summary>
    public void Close(IServer server)
    {
        // The traffic port is the first that was configured; with localhost two sockets share it.
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is not { } address)
            return;
        var port = BindingAddress.Parse(address).Port;
        lock (_lock)
        {
            foreach (var (socket, _) in _sockets.Where(bound => bound.Port == port))
                socket.Dispose();
        }
    }
}
