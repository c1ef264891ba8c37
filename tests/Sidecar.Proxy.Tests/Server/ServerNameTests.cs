using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>The name that a client asks for in its TLS handshake, as bytes: .NET's own client takes the dot of the root away.</summary>
public sealed class ServerNameTests
{
    private const string Placeholder = "two-example0";

    [Theory]
    [InlineData("two.example.", "the-second")]
    [InlineData("TWO.example.", "the-second")]
    [InlineData("a2.example..", "the-first")]
    public async Task A_name_with_the_dot_of_the_root_behind_it_finds_its_certificate(string name, string subject)
    {
        using var authority = new TestAuthority();
        var (first, second) = (authority.WriteServer("the-first", "one.example"), authority.WriteServer("the-second", "two.example"));
        await using var sidecar = await RunningSidecar.StartAsync(
            "http://127.0.0.1:1",
            $"Sidecar:Listener:Tls:CertificateFile={first.Certificate}", $"Sidecar:Listener:Tls:KeyFile={first.Key}",
            $"Sidecar:Listener:Tls:Certificates:0:CertificateFile={second.Certificate}", $"Sidecar:Listener:Tls:Certificates:0:KeyFile={second.Key}");
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(await HelloAsync()).Replace(Placeholder, name, StringComparison.Ordinal)));

        // In TLS 1.2 a certificate is in the clear: its subject is behind its issuer.
        await client.ReadThroughAsync("Test Authority");
        await client.ReadThroughAsync("the-");
        ("the-" + await client.ReadExactlyAsync(subject.Length - 4)).ShouldBe(subject);
    }

    /// <summary>The first bytes of a client of TLS 1.2.</summary>
    private static async Task<byte[]> HelloAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Patience.Token());
        await using var tls = new SslStream(client.GetStream());
        var handshake = tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Placeholder, EnabledSslProtocols = SslProtocols.Tls12 }, Patience.Token());
        using var server = await listener.AcceptTcpClientAsync(Patience.Token());
        var head = new byte[5];
        await server.GetStream().ReadExactlyAsync(head, Patience.Token());
        var body = new byte[(head[3] << 8) | head[4]];
        await server.GetStream().ReadExactlyAsync(body, Patience.Token());
        server.Close();
        await Should.ThrowAsync<Exception>(() => handshake);
        return [.. head, .. body];
    }
}
