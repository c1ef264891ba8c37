using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SidecarAspire.Rollout;

/// <summary>A keep-alive connection that never sends a request twice.</summary>
internal sealed class ClientConnection(NetworkStream stream, StreamReader reader) : IDisposable
{
    public static async Task<ClientConnection> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port);
        var stream = new NetworkStream(socket, ownsSocket: true);
        return new ClientConnection(stream, new StreamReader(stream, Encoding.Latin1));
    }

    /// <summary>Sends a request; answers are short and chunked or sized, on one line.</summary>
    public async Task<(string Answer, bool IsOver)> RequestAsync(string path)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"GET {path} HTTP/1.1\r\nHost: rollout\r\n\r\n"));
        var status = await LineAsync();
        var (length, isOver) = (0, false);
        while (await LineAsync() is { Length: > 0 } field)
        {
            if (field.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(field.AsSpan(15), CultureInfo.InvariantCulture);
            isOver |= field.Equals("Connection: close", StringComparison.OrdinalIgnoreCase);
        }

        var body = length > 0 ? await SizedAsync(length) : await ChunkedAsync();
        return (status.EndsWith("200 OK", StringComparison.Ordinal) ? body : status, isOver);
    }

    public void Dispose() => stream.Dispose();

    private async Task<string> LineAsync() => await reader.ReadLineAsync() ?? throw new IOException("the connection was closed before the answer");

    private async Task<string> SizedAsync(int length)
    {
        var body = new char[length];
        return await reader.ReadBlockAsync(body) == length ? new string(body) : throw new IOException("the answer broke off");
    }

    private async Task<string> ChunkedAsync()
    {
        var body = "";
        while (int.Parse(await LineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var length)
        {
            body += await SizedAsync(length);
            await LineAsync();
        }

        await LineAsync();
        return body;
    }
}
