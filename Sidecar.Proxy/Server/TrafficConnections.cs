using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Sidecar.Proxy.Server;

/// <summary>The connections to the traffic port. A connection ends once its requests have, so nothing has to count requests.</summary>
public sealed class TrafficConnections
{
    private readonly Lock _lock = new();
    private readonly HashSet<ConnectionContext> _open = [];
    private TaskCompletionSource? _emptied;

    /// <summary>How many are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    /// <summary>Follows a connection from its first byte to its last.</summary>
    /// <returns>The same, followed.</returns>
    public ConnectionDelegate Follow(ConnectionDelegate next) => async connection =>
    {
        Add(connection);
        try
        {
            await next(connection);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client is gone; Kestrel would call it an unhandled exception.
        }
        finally
        {
            Remove(connection);
        }
    };

    /// <summary>Finds an open connection.</summary>
    /// <returns>The connection, or null.</returns>
    public ConnectionContext? Find(string id)
    {
        lock (_lock)
            return _open.FirstOrDefault(connection => connection.ConnectionId == id);
    }

    /// <summary>
    /// Lets each connection end with the requests it has: idle ones close, HTTP/1.1 answers <c>Connection: close</c>, HTTP/2 sends GOAWAY.
    /// From now on that holds for new connections too.
    /// </summary>
    /// <returns>When none is left.</returns>
    public Task CloseAsync()
    {
        ConnectionContext[] open;
        lock (_lock)
        {
            _emptied ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            open = [.. _open];
            if (open.Length == 0)
                _emptied.TrySetResult();
        }

        foreach (var connection in open)
            RequestClose(connection);
        return _emptied.Task;
    }

    /// <summary>Ends every connection at once.</summary>
    public void Abort()
    {
        ConnectionContext[] open;
        lock (_lock)
            open = [.. _open];
        foreach (var connection in open)
            connection.Abort(new ConnectionAbortedException("The sidecar is shutting down."));
    }

    private void Add(ConnectionContext connection)
    {
        bool closing;
        lock (_lock)
        {
            _open.Add(connection);
            closing = _emptied is not null;
        }

        if (closing)
            RequestClose(connection);
    }

    private void Remove(ConnectionContext connection)
    {
        lock (_lock)
        {
            if (_open.Remove(connection) && _open.Count == 0)
                _emptied?.TrySetResult();
        }
    }

    private static void RequestClose(ConnectionContext connection) => connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
}
