using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SidecarAspire.DataPlane;

/// <summary>A keep-alive connection that never sends a request twice. It understands what <see cref="App"/> answers: bodies with a length.</summary>
internal sealed class ClientConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer;
    private int _start;
    private int _end;

    private ClientConnection(Socket socket, int bufferBytes) => (_socket, _buffer) = (socket, new byte[bufferBytes]);

    public static async Task<ClientConnection> OpenAsync(int port, int bufferBytes = 64 * 1024)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return new ClientConnection(socket, bufferBytes);
    }

    public Task SendHeadAsync(string method, string path, params string[] fields) =>
        SendAsync(Encoding.Latin1.GetBytes($"{method} {path} HTTP/1.1\r\nHost: bench\r\n{string.Concat(fields.Select(field => field + "\r\n"))}\r\n"));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    public async Task<string> GetAsync(string path, params string[] fields)
    {
        await SendHeadAsync("GET", path, fields);
        return await ReadTextAsync();
    }

    /// <summary>Reads a whole answer; what is not 200 comes back as its status line.</summary>
    public async Task<string> ReadTextAsync()
    {
        var (status, length) = await ReadHeadAsync();
        var text = new StringBuilder();
        while (length > 0)
        {
            var part = await ReadBodyAsync(length);
            text.Append(Encoding.Latin1.GetString(part.Span));
            length -= part.Length;
        }

        return status.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) ? text.ToString() : status;
    }

    public async Task<(string Status, long Length)> ReadHeadAsync()
    {
        int end;
        while ((end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
            await FillAsync();
        var lines = Encoding.Latin1.GetString(_buffer, _start, end).Split("\r\n");
        _start += end + 4;
        var length = lines.Single(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return (lines[0], long.Parse(length.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture));
    }

    /// <summary>Reads what there is of a body that still has so many bytes.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadBodyAsync(long left)
    {
        if (_start == _end)
            await FillAsync();
        var part = _buffer.AsMemory(_start, (int)Math.Min(left, _end - _start));
        _start += part.Length;
        return part;
    }

    /// <summary>Reads a body and throws it away.</summary>
    public async Task SkipBodyAsync(long length)
    {
        while (length > 0)
            length -= (await ReadBodyAsync(length)).Length;
    }

    public void Dispose() => _socket.Dispose();

    private async Task FillAsync()
    {
        if (_start == _end)
            _start = _end = 0;
        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_end));
        _end += received > 0 ? received : throw new IOException("the connection was closed before the answer was whole");
    }
}
