using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Tests.Wire;
using Sidecar.Proxy.Tls;

namespace Sidecar.Proxy.Tests.Security.Transport;

public sealed class ClientHelloTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12, false)]
    [InlineData(SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls12 | SslProtocols.Tls13, true)]
    public async Task Says_whether_TLS_1_3_is_offered_once_it_is_whole(SslProtocols versions, bool offered)
    {
        var hello = await SentAsync(versions);

        ClientHello.OffersTls13(new(hello)).ShouldBe(offered);
        ClientHello.IsWhole(new(hello)).ShouldBeTrue();
        for (var length = 0; length < hello.Length; length++)
            ClientHello.IsWhole(new(hello, 0, length)).ShouldBeFalse();
    }

    [Fact]
    public void What_is_no_handshake_is_not_waited_for() => ClientHello.IsWhole(new([21])).ShouldBeTrue();

    [Fact]
    public async Task Any_bytes_are_an_answer()
    {
        var hello = await SentAsync(SslProtocols.Tls13);
        var changed = from at in Gen.Choose(0, hello.Length - 1) from value in Gen.Choose(0, 255) from length in Gen.Choose(0, hello.Length) select (at, (byte)value, length);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000).WithQuietOnSuccess(true), Prop.ForAll(Arb.From(changed), change =>
        {
            byte[] bytes = [.. hello];
            bytes[change.at] = change.Item2;
            var buffer = new ReadOnlySequence<byte>(bytes, 0, change.length);
            return (ClientHello.OffersTls13(buffer) || true) && (ClientHello.IsWhole(buffer) || true);
        }));
    }

    private static async Task<byte[]> SentAsync(SslProtocols versions)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Patience.Token());
        await using var tls = new SslStream(client.GetStream());
        var handshake = tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = versions }, Patience.Token());
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
