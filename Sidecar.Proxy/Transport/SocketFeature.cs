using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Sidecar.Proxy.Transport;

/// <summary>What is known of a connection on .NET's sockets. Nobody tells of a reset there who does not read: so it is looked at now and then.</summary>
internal sealed class SocketFeature : ITransportFeature, IDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly CancellationTokenSource _broken = new();
    private readonly CancellationTokenRegistration _ended;
    private readonly Timer? _checks;

    /// <summary>Follows a socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="ended">Cancelled when its last byte has been read; without it nobody follows its end.</param>
    public SocketFeature(Socket socket, CancellationToken ended)
    {
        (_socket, Ended, Broken) = (socket, ended, _broken.Token);
        if (!ended.CanBeCanceled)
            return;
        _checks = new(static feature => ((SocketFeature)feature!).Check(), this, CheckInterval, CheckInterval);
        _ended = ended.UnsafeRegister(static feature => ((SocketFeature)feature!).Check(), this);
    }

    /// <inheritdoc />
    public nint Handle => _socket.SafeHandle.DangerousGetHandle();

    /// <inheritdoc />
    public bool IsClosed => _socket.SafeHandle.IsClosed;

    /// <inheritdoc />
    public bool IsLocal => true;

    /// <inheritdoc />
    public bool HasInput => _socket.Poll(0, SelectMode.SelectRead);

    /// <inheritdoc />
    public CancellationToken Ended { get; }

    /// <inheritdoc />
    public CancellationToken Broken { get; }

    /// <inheritdoc />
    public Stream Stream => field ??= new NetworkStream(_socket, ownsSocket: true);

    /// <summary>The feature of a connection, whatever its transport.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>The feature.</returns>
    public static ITransportFeature Of(ConnectionContext connection)
    {
        if (connection.Features.Get<ITransportFeature>() is { } known)
            return known;
        var socket = connection.Features.Get<IConnectionSocketFeature>()!.Socket;
        var feature = new SocketFeature(socket, connection.ConnectionClosed);
        connection.Features.Set<ITransportFeature>(feature);
        return feature;
    }

    /// <inheritdoc />
    public async ValueTask ShutdownSendAsync(TimeProvider time)
    {
        // What has been flushed is with the operating system, unless its buffer is full: then the transport still holds the rest.
        for (var began = time.GetTimestamp(); !_socket.Poll(0, SelectMode.SelectWrite) && time.GetElapsedTime(began) < Limit;)
            await Task.Delay(Pause, time);
        _socket.Shutdown(SocketShutdown.Send);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ended.Dispose();
        _checks?.Dispose();
        _broken.Dispose();
    }

    private void Check()
    {
        try
        {
            if (_socket.Connected && _socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is 0)
                return;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has been closed.
        }

        _checks?.Dispose();
        _broken.Cancel();
    }
}
