using System.Net.Sockets;
using System.Text;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A TCP connection as bytes: what a test sends is what is on the wire.</summary>
internal sealed class RawConnection(Socket socket) : IDisposable
{
    private readonly List<byte> _buffer = [];
    private readonly byte[] _chunk = new byte[16 * 1024];

    public Socket Socket { get; } = socket;

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port, Patience.Token());
        return new RawConnection(socket);
    }

    public async Task SendAsync(string text) => await SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await Socket.SendAsync(bytes, Patience.Token());

    /// <summary>Everything up to and including the empty line.</summary>
    public Task<string> ReadHeadAsync() => ReadThroughAsync("\r\n\r\n");

    public async Task<string> ReadThroughAsync(string end)
    {
        var pattern = Encoding.Latin1.GetBytes(end);
        while (true)
        {
            var found = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_buffer).IndexOf(pattern);
            if (found >= 0)
                return Take(found + pattern.Length);
            if (!await FillAsync())
                throw new EndOfStreamException($"Closed before {end.ReplaceLineEndings("\\n")}; so far: {Take(_buffer.Count)}");
        }
    }

    public async Task<string> ReadExactlyAsync(int count)
    {
        while (_buffer.Count < count)
        {
            if (!await FillAsync())
                throw new EndOfStreamException($"Closed after {_buffer.Count} of {count} bytes: {Take(_buffer.Count)}");
        }

        return Take(count);
    }

    /// <summary>A whole answer with a Content-Length, or a request with or without one.</summary>
    public async Task<string> ReadMessageAsync()
    {
        var head = await ReadHeadAsync();
        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return length is null ? head : head + await ReadExactlyAsync(int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }

        return Take(_buffer.Count);
    }

    /// <summary>Whether the peer ends the connection, orderly or not, without another byte.</summary>
    public async Task<bool> IsClosedByPeerAsync()
    {
        try
        {
            return (await ReadToEndAsync()).Length == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Waits until the peer ends the connection, orderly or not, whatever it still sends.</summary>
    public async Task EndsAsync()
    {
        try
        {
            await ReadToEndAsync();
        }
        catch (SocketException)
        {
        }
    }

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    public void Dispose() => Socket.Dispose();

    private async Task<bool> FillAsync()
    {
        var count = await Socket.ReceiveAsync(_chunk, Patience.Token());
        _buffer.AddRange(_chunk.AsSpan(0, count));
        return count > 0;
    }

    private string Take(int count)
    {
        var text = Encoding.Latin1.GetString([.. _buffer.Take(count)]);
        _buffer.RemoveRange(0, count);
        return text;
    }
}
