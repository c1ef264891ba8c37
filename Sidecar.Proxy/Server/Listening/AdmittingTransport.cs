using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Server.Resources;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>
/// Stops accepting before the process has no file descriptor or memory left, and goes on when it has. It stands before the transport because a transport's own accept
/// loop knows no such pause: Kestrel's spins on EMFILE.
/// </summary>
/// <param name="traffic">What accepts the traffic.</param>
/// <param name="sockets">What accepts on the sidecar's own port, which must answer however busy the traffic's loops are.</param>
/// <param name="admissions">Who may come in.</param>
/// <param name="bound">Takes the traffic's listeners.</param>
internal sealed class AdmittingTransport(ITransport traffic, SocketTransport sockets, ConnectionAdmissions admissions, TrafficListener bound) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <inheritdoc />
    public bool CanBind(EndPoint endpoint) => endpoint is ListenEndPoint;

    /// <inheritdoc />
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var isAdmin = endpoint is ListenEndPoint { IsAdmin: true };
        IConnectionListenerFactory transport = isAdmin ? sockets : traffic;
        var admission = isAdmin ? admissions.Admin : admissions.Traffic;
        try
        {
            return await BindAsync(endpoint);
        }
        catch (SocketException exception) when (endpoint is ListenEndPoint { Address: var address, Port: var port } && address.Equals(IPAddress.IPv6Any)
            && exception.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            // A machine without IPv6.
            return await BindAsync(new IPEndPoint(IPAddress.Any, port));
        }

        async ValueTask<IConnectionListener> BindAsync(EndPoint one)
        {
            var listener = new Listener(await transport.BindAsync(one, cancellationToken), admission, isAdmin);
            if (!isAdmin)
                bound.Add(listener);
            return listener;
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
                    var isLast = !isAdmin && Descriptors.AreScarceFor(SocketFeature.Of(connection).Handle);
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
