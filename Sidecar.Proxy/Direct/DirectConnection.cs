using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Listening;

namespace Sidecar.Proxy.Direct;

/// <summary>An HTTP/1.1 connection whose requests go the direct way, one after the other, until one comes that cannot.</summary>
internal sealed class DirectConnection : IDisposable
{
    private readonly ConnectionContext _connection;
    private readonly ClientPresence _presence;
    private readonly DirectPath _path;
    private readonly LimitOptions _limits;
    private readonly DirectRequest _request = new();
    private readonly DirectExchange _exchange;
    private readonly DirectClock _clock;
    private readonly CancellationTokenRegistration _closing;
    private readonly CancellationTokenRegistration _gone;
    private volatile bool _isClosing;
    private volatile bool _isSilent;

    /// <summary>Takes a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="presence">Whether the client is there.</param>
    /// <param name="path">Who may go the direct way.</param>
    /// <param name="limits">What is allowed.</param>
    /// <param name="time">The clock.</param>
    public DirectConnection(ConnectionContext connection, ClientPresence presence, DirectPath path, LimitOptions limits, TimeProvider time)
    {
        (_connection, _path, _limits) = (connection, path, limits);
        _clock = new DirectClock(time);
        _presence = presence;
        _exchange = new DirectExchange(connection, presence, path, limits, _clock, time);
        _closing = connection.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().ConnectionClosedRequested
            .UnsafeRegister(static direct => ((DirectConnection)direct!).OnClosing(), this);
        _gone = connection.ConnectionClosed.UnsafeRegister(static direct => ((DirectConnection)direct!)._exchange.Leave(), this);
    }

    private PipeReader Input => _connection.Transport.Input;

    /// <summary>Serves requests.</summary>
    /// <returns>True when the connection goes on elsewhere, with what has been read and not been used; false when it is over.</returns>
    public async Task<bool> RunAsync()
    {
        while (true)
        {
            var reading = Input.ReadAsync();
            if (!reading.IsCompleted)
                _clock.Start(_limits.KeepAliveTimeout, static connection => ((DirectConnection)connection).OnSilence(), this);
            var result = await reading;
            _clock.Stop();
            var buffer = result.Buffer;
            if (buffer.IsEmpty)
            {
                Input.AdvanceTo(buffer.Start);
                if (result.IsCompleted || _isClosing || _isSilent)
                    return false;
                continue;
            }

            if (_path.Current() is not { } way || _isClosing || !_request.TryRead(buffer.FirstSpan, _limits, way.Trusts(_exchange.Client)))
            {
                Input.AdvanceTo(buffer.Start);
                return true;
            }

            var goesOn = await _exchange.RunAsync(_request, buffer, way);
            if (_request.IsWhole)
            {
                _presence.Received();
                Input.AdvanceTo(buffer.GetPosition(_request.Length));
            }

            if (!goesOn)
                return false;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _closing.Dispose();
        _gone.Dispose();
        _exchange.Dispose();
        _clock.Dispose();
    }

    private void OnClosing()
    {
        _isClosing = true;
        _exchange.EndNext();
        Input.CancelPendingRead();
    }

    private void OnSilence()
    {
        _isSilent = true;
        Input.CancelPendingRead();
    }
}
