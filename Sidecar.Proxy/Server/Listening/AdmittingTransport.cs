using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Sidecar.Proxy.Server.Resources;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>
/// Stops accepting before the process has no file descriptor or memory left, and goes on when it has. It stands before the transport because a transport's own accept
/// loop knows no such pause: Kestrel's spins on EMFILE.
/// </summary>
/// <param name="transport">What accepts.</param>
/// <param name="admissions">Who may come in.</param>
internal sealed class AdmittingTransport(SocketTransportFactory transport, ConnectionAdmissions admissions) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <inheritdoc />
    public bool CanBind(EndPoint endpoint) => endpoint is ListenEndPoint;

    /// <inheritdoc />
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var isAdmin = endpoint is ListenEndPoint { IsAdmin: true };
        var admission = isAdmin ? admissions.Admin : admissions.Traffic;
        try
        {
            return new Listener(await transport.BindAsync(endpoint, cancellationToken), admission, isAdmin);
        }
        catch (SocketException exception) when (endpoint is ListenEndPoint { Address: var address, Port: var port } && address.Equals(IPAddress.IPv6Any)
            && exception.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            // A machine without IPv6.
            return new Listener(await transport.BindAsync(new IPEndPoint(IPAddress.Any, port), cancellationToken), admission, isAdmin);
        }
    }

    private sealed class Listener(IConnectionListener inner, ConnectionAdmission admission, bool isAdmin) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    await admission.WaitAsync(_unbound.Token);
                    if (await inner.AcceptAsync(cancellationToken) is not { } connection)
                        return null;
                    var isLast = !isAdmin && connection.Features.Get<IConnectionSocketFeature>() is { Socket.SafeHandle: var handle } && Descriptors.AreScarceFor(handle);
                    return admission.Enter(connection, isLast);
                }
                catch (OperationCanceledException) when (_unbound.IsCancellationRequested)
                {
                    return null;
                }
                catch (OutOfMemoryException)
                {
                    // An accept loop that throws is over for good.
                    GC.Collect();
                }
            }
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            await inner.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            _unbound.Dispose();
            await inner.DisposeAsync();
        }
    }
}
