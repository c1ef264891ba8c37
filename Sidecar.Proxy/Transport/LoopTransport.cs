using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Sidecar.Proxy.Transport;

/// <summary>Connections from clients and to targets on event loops, an exchange's both on one.</summary>
/// <param name="loops">The loops.</param>
/// <param name="pools">Makes the pool that those who serve connections take their memory from.</param>
internal sealed class LoopTransport(EventLoops loops, IMemoryPoolFactory<byte> pools) : ITransport
{
    private readonly MemoryPool<byte> _memory = pools.Create();

    // As many as the kernel lets wait (net.core.somaxconn).
    private const int Backlog = 4096;

    /// <inheritdoc />
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket socket;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.Listen(Backlog);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(exception.Message, exception);
        }

        return new(new LoopListener(loops.Next(), socket, loops, _memory));
    }

    /// <inheritdoc />
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        // The request's own, also when its target's name has to be looked up elsewhere.
        var loop = EventLoop.Current ?? loops.Next();
        if (endpoint is not DnsEndPoint name)
            return await ConnectAsync(loop, endpoint, cancellationToken);
        var addresses = IPAddress.TryParse(name.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(name.Host, cancellationToken);
        for (var i = 0; ; i++)
        {
            try
            {
                return await ConnectAsync(loop, new IPEndPoint(addresses[i], name.Port), cancellationToken);
            }
            catch (SocketException) when (i + 1 < addresses.Length)
            {
                // The next one may answer.
            }
        }
    }

    private async ValueTask<ConnectionContext> ConnectAsync(EventLoop loop, EndPoint endPoint, CancellationToken cancellationToken)
    {
        var address = endPoint.Serialize();
        var fd = Libc.Socket(BitConverter.ToUInt16(address.Buffer.Span), Libc.StreamSocket | Libc.NonBlocking, 0);
        if (fd < 0)
            throw Libc.Exception(Libc.Error);
        var socket = new LoopSocket(loop, fd, isConnected: false);
        var connection = new LoopConnection(socket, null, endPoint, _memory);
        try
        {
            await new ConnectOperation(socket, address).RunAsync(cancellationToken);
            return connection;
        }
        catch
        {
            _ = socket.CloseAsync();
            throw;
        }
    }
}
