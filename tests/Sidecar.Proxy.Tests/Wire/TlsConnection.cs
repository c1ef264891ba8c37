using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A client's TLS connection; it believes every server, and remembers which one it was.</summary>
internal sealed class TlsConnection : IAsyncDisposable
{
    private readonly SslStream _stream;
    private readonly byte[] _chunk = new byte[16 * 1024];
    private string _received = "";

    private TlsConnection(SslStream stream) => _stream = stream;

    /// <summary>The subject of the server's certificate.</summary>
    public string Server => _stream.RemoteCertificate!.Subject;

    public SslProtocols Version => _stream.SslProtocol;

    /// <summary>Opens a connection.</summary>
    /// <param name="port">Where to.</param>
    /// <param name="name">The name it asks for; empty for none.</param>
    /// <param name="certificate">What the client shows.</param>
    /// <param name="versions">What it speaks.</param>
    public static async Task<TlsConnection> OpenAsync(int port, string name = "localhost", X509Certificate2? certificate = null, SslProtocols versions = SslProtocols.None)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port, Patience.Token());
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = name,
                    EnabledSslProtocols = versions,
                    ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                },
                Patience.Token());
            return new(stream);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a request and reads the answer.</summary>
    public Task<string> GetAsync(params string[] headers) =>
        ExchangeAsync($"GET / HTTP/1.1\r\nHost: shop.example\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    /// <summary>Sends a request and reads the answer, which has a length.</summary>
    /// <param name="request">The request.</param>
    public async Task<string> ExchangeAsync(string request)
    {
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(request), Patience.Token());
        var head = await TakeAsync(() => _received.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end ? end + 4 : -1);
        var length = head.Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        var count = int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        return head + await TakeAsync(() => _received.Length >= count ? count : -1);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<string> TakeAsync(Func<int> end)
    {
        int count;
        while ((count = end()) < 0)
        {
            var read = await _stream.ReadAsync(_chunk, Patience.Token());
            if (read == 0)
                throw new EndOfStreamException($"Closed; so far: {_received}");
            _received += Encoding.Latin1.GetString(_chunk, 0, read);
        }

        var taken = _received[..count];
        _received = _received[count..];
        return taken;
    }
}
