using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Sidecar.Proxy.Listening;

/// <summary>
/// A listener inside the process. On a cleartext port Kestrel speaks either HTTP/1 or, with prior knowledge, HTTP/2, never both: a
/// connection that begins with HTTP/2's preface is handed to this second listener, which speaks nothing else.
/// </summary>
public sealed class Http2Handoff : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly Channel<ConnectionContext> _connections = Channel.CreateUnbounded<ConnectionContext>();

    /// <summary>The address Kestrel knows the listener by.</summary>
    public static EndPoint EndPoint { get; } = new HandoffEndPoint();

    /// <inheritdoc />
    public bool CanBind(EndPoint endpoint) => endpoint is HandoffEndPoint;

    /// <inheritdoc />
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(new Listener(_connections, endpoint));

    /// <summary>Has the second listener serve a connection.</summary>
    /// <param name="connection">The connection, which stays the caller's to close.</param>
    /// <returns>When the second listener is done with it.</returns>
    public Task ServeAsync(ConnectionContext connection)
    {
        var handed = new HandedConnection(connection);
        return _connections.Writer.TryWrite(handed) ? handed.Done : Task.CompletedTask;
    }

    private sealed class HandoffEndPoint : EndPoint
    {
        public override string ToString() => "http2-handoff";
    }

    private sealed class Listener(Channel<ConnectionContext> connections, EndPoint endPoint) : IConnectionListener
    {
        public EndPoint EndPoint { get; } = endPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await connections.Reader.WaitToReadAsync(cancellationToken) && connections.Reader.TryRead(out var connection) ? connection : null;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            connections.Writer.TryComplete();
            return default;
        }

        public ValueTask DisposeAsync() => default;
    }
}
