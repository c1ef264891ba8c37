using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>The application behind the sidecar, as bytes: each test says what it answers.</summary>
internal sealed class ScriptedApp : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Channel<RawConnection> _connections = Channel.CreateUnbounded<RawConnection>();
    private readonly List<RawConnection> _open = [];
    private readonly Task _accepting;

    private ScriptedApp(IPAddress address, int port)
    {
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(new IPEndPoint(address, port));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public string Url => $"http://{_listener.LocalEndPoint}";

    /// <summary>How many connections have been accepted.</summary>
    public int Accepted { get; private set; }

    public static ScriptedApp Start(int port = 0, IPAddress? address = null) => new(address ?? IPAddress.Loopback, port);

    /// <summary>An app that answers every request on every connection in the same way.</summary>
    public static ScriptedApp Answering(string answer) => Serving(async connection =>
    {
        await connection.ReadMessageAsync();
        await connection.SendAsync(answer);
    });

    /// <summary>An app that runs the script again and again on every connection until the peer closes it.</summary>
    public static ScriptedApp Serving(Func<RawConnection, Task> script, int port = 0, IPAddress? address = null)
    {
        var app = Start(port, address);
        _ = app.ServeAsync(script);
        return app;
    }

    /// <summary>The next connection that the sidecar opens.</summary>
    public async Task<RawConnection> AcceptedAsync() => await _connections.Reader.ReadAsync(Patience.Token());

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var connection in _open)
            connection.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync();
                socket.NoDelay = true;
                var connection = new RawConnection(socket);
                Accepted++;
                _open.Add(connection);
                _connections.Writer.TryWrite(connection);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            _connections.Writer.TryComplete();
        }
    }

    private async Task ServeAsync(Func<RawConnection, Task> script)
    {
        await foreach (var connection in _connections.Reader.ReadAllAsync())
            _ = RunAsync(connection);

        async Task RunAsync(RawConnection connection)
        {
            try
            {
                while (true)
                    await script(connection);
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
            }
        }
    }
}
