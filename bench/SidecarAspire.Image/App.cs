using System.Net;
using System.Net.Sockets;

namespace SidecarAspire.Image;

/// <summary>The application behind the sidecar: 32 bytes for every request that is one packet.</summary>
internal sealed class App : IDisposable
{
    private static readonly byte[] s_response = [.. "HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n"u8, .. new byte[32]];
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public App()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _ = AcceptAsync();
    }

    public string Url => $"http://{_listener.LocalEndPoint}";

    public void Dispose() => _listener.Dispose();

    private static async Task ServeAsync(Socket connection)
    {
        using var _ = connection;
        var request = new byte[8192];
        try
        {
            while (await connection.ReceiveAsync(request) > 0)
                await connection.SendAsync(s_response);
        }
        catch (SocketException)
        {
            // The sidecar was ended.
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // That was all.
        }
    }
}
