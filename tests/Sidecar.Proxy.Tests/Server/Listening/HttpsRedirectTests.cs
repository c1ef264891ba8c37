using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server.Listening;

public sealed class HttpsRedirectTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    [Theory]
    [InlineData("GET /a%2Fb?c=%20 HTTP/1.1\r\nHost: shop.example\r\n\r\n", "https://shop.example/a%2Fb?c=%20")]
    [InlineData("POST / HTTP/1.1\r\nHost: shop.example:8080\r\nContent-Length: 2\r\n\r\nok", "https://shop.example/")]
    [InlineData("GET http://shop.example/x HTTP/1.1\r\nHost: shop.example\r\n\r\n", "https://shop.example/x")]
    [InlineData("GET //evil.example HTTP/1.1\r\nHost: shop.example\r\n\r\n", "https://shop.example//evil.example")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "https://[::1]/")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: shop.example\r\n\r\n", "https://shop.example/")]
    public async Task The_second_port_sends_everybody_to_https(string request, string location)
    {
        await using var sidecar = await StartAsync();

        var answer = await AskAsync(sidecar, request);

        answer.ShouldStartWith("HTTP/1.1 308 Permanent Redirect\r\n");
        answer.ShouldContain($"\r\nLocation: {location}\r\n");
        answer.ShouldContain("\r\nX-Request-Id: ");
        (await sidecar.AccessLog.NextAsync()).ShouldStartWith("legacy - ");
    }

    [Fact]
    public async Task The_port_that_clients_see_is_an_option()
    {
        await using var sidecar = await StartAsync("Sidecar:Listener:HttpsRedirect:HttpsPort=8443");

        (await AskAsync(sidecar, "GET /x HTTP/1.1\r\nHost: shop.example\r\n\r\n")).ShouldContain("\r\nLocation: https://shop.example:8443/x\r\n");
    }

    [Fact]
    public async Task Without_a_host_there_is_nowhere_to_go()
    {
        await using var sidecar = await StartAsync();

        (await AskAsync(sidecar, "GET / HTTP/1.0\r\n\r\n")).ShouldStartWith("HTTP/1.1 400");
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        var port = ((IPEndPoint)stranger.LocalEndpoint).Port;
        var (certificate, key) = _authority.WriteServer("tls");
        using var sidecar = SidecarProcess.Start(
            [],
            ("PORT", "0"),
            ("ADMIN_PORT", "0"),
            ("Sidecar__Listener__Address", "127.0.0.1"),
            ("Sidecar__Listener__Tls__CertificateFile", certificate),
            ("Sidecar__Listener__Tls__KeyFile", key),
            ("Sidecar__Listener__HttpsRedirect__Port", $"{port}"));

        (await sidecar.ExitAsync()).ShouldBe((1, $"Sidecar:Listener:HttpsRedirect:Port: '{port}' is not allowed; it must be a port that is not in use"));
    }

    [Fact]
    public async Task The_traffic_port_still_forwards()
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await StartAsync($"TARGET={app.Url}");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port);

        (await client.GetAsync()).ShouldEndWith("ok");
    }

    public void Dispose() => _authority.Dispose();

    private static async Task<string> AskAsync(RunningSidecar sidecar, string request)
    {
        var addresses = sidecar.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        using var client = await RawConnection.OpenAsync(new Uri(addresses.ElementAt(2)).Port);
        await client.SendAsync(request);
        return await client.ReadMessageAsync();
    }

    private Task<RunningSidecar> StartAsync(params string[] settings) =>
        RunningSidecar.StartAsync("http://127.0.0.1:1", [.. _authority.ListenerSettings(), "Sidecar:Listener:HttpsRedirect:Port=0", .. settings]);
}
