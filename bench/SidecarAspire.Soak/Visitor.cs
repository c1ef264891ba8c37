using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SidecarAspire.Soak;

/// <summary>A client that means well: a connection for each request.</summary>
internal static class Visitor
{
    /// <summary>Asks for something.</summary>
    /// <returns>The status; 0 for anything that is no response in time.</returns>
    public static async Task<int> StatusAsync(int port, string path, TimeSpan patience) => (await AskAsync(port, path, patience)).Status;

    /// <summary>Asks for something.</summary>
    /// <returns>The status, 0 for anything that is no response in time, and all that was received.</returns>
    public static async Task<(int Status, string Response)> AskAsync(int port, string path, TimeSpan patience)
    {
        using var over = new CancellationTokenSource(patience);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0) };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, over.Token);
            await socket.SendAsync(Encoding.Latin1.GetBytes($"GET {path} HTTP/1.1\r\nHost: soak\r\nConnection: close\r\n\r\n"), over.Token);
            var response = new StringBuilder();
            var buffer = new byte[16 * 1024];
            while (await socket.ReceiveAsync(buffer, over.Token) is > 0 and var count)
                response.Append(Encoding.Latin1.GetString(buffer, 0, count));
            var text = response.ToString();
            return text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? (int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture), text) : (0, text);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return (0, string.Empty);
        }
    }
}
