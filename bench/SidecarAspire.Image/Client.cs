using System.Net;
using System.Net.Sockets;

namespace SidecarAspire.Image;

/// <summary>A keep-alive connection.</summary>
internal sealed class Client : IDisposable
{
    private static readonly byte[] s_request = [.. "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8];
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _response = new byte[8192];

    public static async Task<Client> OpenAsync(int port)
    {
        var client = new Client();
        try
        {
            await client._socket.ConnectAsync(IPAddress.Loopback, port);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and reads the response of <see cref="App"/>, which the sidecar writes at once.</summary>
    /// <exception cref="IOException">It is another one.</exception>
    public async Task GetAsync()
    {
        await _socket.SendAsync(s_request);
        var length = await _socket.ReceiveAsync(_response);
        if (!_response.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8))
            throw new IOException("the sidecar responded with something else than the application's response");
    }

    public void Dispose() => _socket.Dispose();
}
