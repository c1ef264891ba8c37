using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Transport;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>
/// Tells a client that has said all it has to say from one that is gone. Both end their half of the connection in the same way, and
/// only what is sent to them shows the difference: so after that end a client is taken for gone when nothing has moved for a while. One
/// that resets the connection, or breaks off in the middle of a request, is gone at once.
/// </summary>
internal sealed class ClientPresence : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ITransportFeature _transport;
    private readonly TimeSpan _allowed;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationTokenRegistration _ended;
    private readonly CancellationTokenRegistration _broken;
    private volatile ITimer? _timer;
    private bool _isSending;
    private bool _isDisposed;

    /// <summary>Follows a connection, whose ConnectionClosed fires from now on when the client is gone.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="allowed">How long nothing may move after the client's end.</param>
    /// <param name="time">The clock.</param>
    public ClientPresence(ConnectionContext connection, TimeSpan allowed, TimeProvider time)
    {
        (_transport, _allowed, _time) = (SocketFeature.Of(connection), allowed, time);
        connection.ConnectionClosed = _gone.Token;
        _broken = _transport.Broken.UnsafeRegister(static presence => ((ClientPresence)presence!).Leave(), this);
        _ended = Ended.UnsafeRegister(static presence => ((ClientPresence)presence!).OnEnded(), this);
    }

    /// <summary>Cancelled when the client has ended its half of the connection.</summary>
    public CancellationToken Ended => _transport.Ended;

    /// <summary>Bytes are on their way to the client.</summary>
    public void Sending()
    {
        _isSending = true;
        if (_timer is not null)
            Restart();
    }

    /// <summary>The bytes are with the operating system.</summary>
    public void Sent()
    {
        _isSending = false;
        if (_timer is not null)
            Restart();
    }

    /// <summary>Bytes that the client sent before its end have been used.</summary>
    public void Received()
    {
        if (_timer is not null)
            Restart();
    }

    /// <summary>The client is gone.</summary>
    public void Leave()
    {
        try
        {
            _gone.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // So is the connection.
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ended.Dispose();
        _broken.Dispose();
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }

        _gone.Dispose();
    }

    private void OnEnded()
    {
        if (_allowed == TimeSpan.Zero)
        {
            Leave();
            return;
        }

        lock (_lock)
        {
            if (!_isDisposed)
                _timer = _time.CreateTimer(static presence => ((ClientPresence)presence!).Leave(), this, _allowed, Timeout.InfiniteTimeSpan);
        }
    }

    private void Restart()
    {
        lock (_lock)
        {
            // While the client does not take what is sent to it, Http1Response watches how fast it reads.
            if (!_isDisposed)
                _timer?.Change(_isSending ? Timeout.InfiniteTimeSpan : _allowed, Timeout.InfiniteTimeSpan);
        }
    }
}
