using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Tls;
using Sidecar.Proxy.Transport;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream;

/// <summary>
/// The connections to one target. The one used last is used first, so that the surplus grows old and is closed; but one of the request's own loop goes before all, because it
/// spares two threads the talk about every byte.
/// </summary>
internal sealed class UpstreamPool : IDisposable
{
    // How far a connection of the same loop is looked for.
    private const int Nearby = 16;

    private readonly Target _target;
    private readonly IConnectionFactory _transport;
    private readonly UpstreamOptions _options;
    private readonly UpstreamCredentials _credentials;
    private readonly UpstreamSlots _slots;
    private readonly Func<bool> _closeIdle;
    private readonly TimeProvider _time;
    private readonly List<UpstreamConnection> _idle = [];
    private readonly SemaphoreSlim? _room;
    private readonly ITimer _sweep;
    private int _open;
    private bool _disposed;

    /// <summary>Makes an empty pool.</summary>
    /// <param name="target">Where its connections go.</param>
    /// <param name="transport">What opens them.</param>
    /// <param name="options">How long they live and how many there may be.</param>
    /// <param name="credentials">What an https target is checked against, and shown.</param>
    /// <param name="slots">How many connections there may be to all targets.</param>
    /// <param name="closeIdle">Closes an idle connection to any target, if there is one.</param>
    /// <param name="time">The clock.</param>
    public UpstreamPool(Target target, IConnectionFactory transport, UpstreamOptions options, UpstreamCredentials credentials, UpstreamSlots slots, Func<bool> closeIdle, TimeProvider time)
    {
        (_slots, _closeIdle) = (slots, closeIdle);
        _credentials = credentials;
        (_target, _transport) = (target, transport);
        _options = options;
        _time = time;
        _room = options.MaxConnections is { } most ? new SemaphoreSlim(most, most) : null;
        var period = TimeSpan.FromSeconds(10);
        _sweep = time.CreateTimer(static pool => ((UpstreamPool)pool!).Sweep(), this, period, period);
    }

    /// <summary>Where its connections go.</summary>
    public Target Target => _target;

    /// <summary>How many connections are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>How many of them are idle.</summary>
    public int Idle
    {
        get
        {
            lock (_idle)
                return _idle.Count;
        }
    }

    /// <summary>Takes a connection out of the pool, if there is one and nobody has to wait for it.</summary>
    /// <returns>The connection, which must come back through <see cref="Return"/> or <see cref="Discard"/>; or null.</returns>
    public UpstreamConnection? TryRent()
    {
        if (_room is not null)
            return null;
        while (TryTake() is { } connection)
        {
            if (!IsExpired(connection) && !connection.IsStale)
                return connection;
            Close(connection);
        }

        return null;
    }

    /// <summary>Takes a connection out of the pool, or opens one.</summary>
    /// <param name="fresh">Whether only a new one will do.</param>
    /// <param name="timeout">How long a new one may take to open, and how long one is waited for when there are as many as may be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection; it must come back through <see cref="Return"/> or <see cref="Discard"/>.</returns>
    public async ValueTask<UpstreamConnection> RentAsync(bool fresh, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_room is not null && !await _room.WaitAsync(timeout, cancellationToken))
            throw new ConnectionLimitException();
        try
        {
            while (!fresh && TryTake() is { } connection)
            {
                if (!IsExpired(connection) && !connection.IsStale)
                    return connection;
                Close(connection);
            }

            return await ConnectAsync(timeout, cancellationToken);
        }
        catch
        {
            _room?.Release();
            throw;
        }
    }

    /// <summary>Puts back a connection whose response was read to its end.</summary>
    /// <param name="connection">The connection.</param>
    public void Return(UpstreamConnection connection)
    {
        connection.IdleSince = _time.GetTimestamp();
        connection.IsReused = true;
        connection.ReadAhead();
        lock (_idle)
        {
            if (!_disposed && !_slots.IsWaitedFor && !IsExpired(connection))
            {
                _idle.Add(connection);
                connection = null!;
            }
        }

        if (connection is not null)
            Close(connection);
        _room?.Release();
    }

    /// <summary>Closes a connection that cannot be used again.</summary>
    /// <param name="connection">The connection.</param>
    public void Discard(UpstreamConnection connection)
    {
        Close(connection);
        _room?.Release();
    }

    /// <summary>Closes an idle connection, for another target's.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryCloseIdle()
    {
        if (TryTake() is not { } connection)
            return false;
        Close(connection);
        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_idle)
            _disposed = true;
        _sweep.Dispose();
        while (TryTake() is { } connection)
            Close(connection);
    }

    private UpstreamConnection? TryTake()
    {
        lock (_idle)
        {
            if (_idle.Count == 0)
                return null;
            var index = _idle.Count - 1;
            var last = Math.Max(0, _idle.Count - Nearby);
            while (index > last && !_idle[index].IsLocal)
                index--;
            if (!_idle[index].IsLocal)
                index = _idle.Count - 1;
            var connection = _idle[index];
            _idle.RemoveAt(index);
            return connection;
        }
    }

    private bool IsExpired(UpstreamConnection connection)
    {
        var idle = _options.IdleConnectionTimeout;
        // A second early: the request must not cross the application's goodbye on the wire.
        if (connection.KeepAliveTimeout is { } told && told - TimeSpan.FromSeconds(1) < idle)
            idle = told - TimeSpan.FromSeconds(1);
        return _time.GetElapsedTime(connection.IdleSince) >= idle || _time.GetElapsedTime(connection.Opened) >= _options.MaxConnectionAge;
    }

    private void Sweep()
    {
        List<UpstreamConnection> expired;
        lock (_idle)
        {
            expired = _idle.FindAll(IsExpired);
            _idle.RemoveAll(expired.Contains);
        }

        expired.ForEach(Close);
    }

    private void Close(UpstreamConnection connection)
    {
        Interlocked.Decrement(ref _open);
        connection.Dispose();
        _slots.Leave();
    }

    private async Task<UpstreamConnection> ConnectAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!_slots.TryEnter() && !(_closeIdle() && _slots.TryEnter()) && !await _slots.EnterAsync(timeout, cancellationToken))
            throw new ConnectionLimitException("all connections to all targets are in use");
        try
        {
            return await OpenAsync(timeout, cancellationToken);
        }
        catch
        {
            _slots.Leave();
            throw;
        }
    }

    private async Task<UpstreamConnection> OpenAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        ConnectionContext? connection = null;
        try
        {
            connection = await _transport.ConnectAsync(new DnsEndPoint(_target.Host, _target.Port), linked.Token);
            var stream = connection.Features.GetRequiredFeature<ITransportFeature>().Stream;
            if (_target.Scheme == Uri.UriSchemeHttps)
                stream = await TlsClient.SecureAsync(stream, TlsClient.Options(_options, _credentials.Current(_options), _target.Name, SslApplicationProtocol.Http11), linked.Token);
            Interlocked.Increment(ref _open);
            return new UpstreamConnection(connection, stream, _time.GetTimestamp());
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await CloseAsync(connection);
            throw new TimeoutException("the connection did not open in time");
        }
        catch
        {
            await CloseAsync(connection);
            throw;
        }
    }

    private static ValueTask CloseAsync(ConnectionContext? connection) => connection?.DisposeAsync() ?? default;
}
