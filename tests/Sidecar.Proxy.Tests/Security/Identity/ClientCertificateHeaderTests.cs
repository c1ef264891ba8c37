using System.Net;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Identity;

public sealed class ClientCertificateHeaderTests : IDisposable
{
    private const string Shop = "spiffe://example.org/ns/web/sa/shop";

    private readonly TestAuthority _authority = new();

    [Theory]
    [InlineData("require")]
    [InlineData("optional")]
    public async Task The_application_is_told_who_the_client_has_proved_to_be(string mode)
    {
        using var certificate = _authority.Issue("CN=shop, O=\"Shop, Inc.\", C=CH", ["shop.example", "www.shop.example"], [Shop], TestAuthority.ClientUsage);
        await using var app = ScriptedApp.Start();
        await using var sidecar = await MutualTls.StartAsync(_authority, app.Url, $"Sidecar:Listener:Tls:ClientCertificates:Mode={mode}", "Sidecar:AccessLog:Format=json");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port, certificate: certificate);

        var head = await MutualTls.ExchangeAsync(app, client);

        var hash = certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant();
        MutualTls.Header(head).ShouldBe($"By=spiffe://example.org/sidecar;Hash={hash};Subject=\"CN=shop,O=Shop\\, Inc.,C=CH\";URI={Shop};DNS=shop.example;DNS=www.shop.example");
        Identity(await sidecar.AccessLog.NextAsync()).ShouldBe(Shop);
    }

    [Theory]
    [InlineData("CN=shop", "shop.example", "shop.example")]
    [InlineData("CN=shop, O=Example", null, "CN=shop,O=Example")]
    public async Task Without_a_SPIFFE_ID_the_identity_is_the_host_name_else_the_subject(string subject, string? name, string identity)
    {
        using var certificate = _authority.Issue(subject, name is null ? null : [name]);
        await using var app = ScriptedApp.Start();
        await using var sidecar = await MutualTls.StartAsync(_authority, app.Url, "Sidecar:AccessLog:Format=json");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port, certificate: certificate);

        await MutualTls.ExchangeAsync(app, client);

        Identity(await sidecar.AccessLog.NextAsync()).ShouldBe(identity);
    }

    [Fact]
    public async Task Over_HTTP_2_the_application_is_told_with_every_request()
    {
        using var certificate = _authority.Issue("CN=shop", uris: [Shop]);
        await using var app = ScriptedApp.Start();
        await using var sidecar = await MutualTls.StartAsync(_authority, app.Url);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates = [certificate];
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null;
        using var http = new HttpClient(handler);
        RawConnection? connection = null;

        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"https://localhost:{sidecar.Port}/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            var sending = http.SendAsync(request, Patience.Token());
            connection ??= await app.AcceptedAsync();
            MutualTls.Header(await connection.ReadHeadAsync()).ShouldEndWith($";Subject=\"CN=shop\";URI={Shop}");
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            (await sending).Dispose();
        }
    }

    [Fact]
    public async Task Who_shows_nothing_is_anonymous_where_a_certificate_is_optional()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await MutualTls.StartAsync(_authority, app.Url, "Sidecar:Listener:Tls:ClientCertificates:Mode=optional", "Sidecar:AccessLog:Format=json");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port);

        MutualTls.Header(await MutualTls.ExchangeAsync(app, client)).ShouldBeNull();

        Identity(await sidecar.AccessLog.NextAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData("Sidecar:Headers:ClientCertificate=sanitizeSet", null)]
    [InlineData("Sidecar:Headers:ClientCertificate=sanitize", null)]
    [InlineData("Sidecar:Headers:ClientCertificate=appendForward", null)]
    [InlineData("Sidecar:Headers:ClientCertificate=forwardOnly", null)]
    [InlineData("Sidecar:Headers:ClientCertificate=sanitizeSet", "127.0.0.1")]
    [InlineData("Sidecar:Headers:ClientCertificate=sanitize", "127.0.0.1")]
    public async Task Nobody_can_put_words_into_the_header(string forwarding, string? trusted)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, [forwarding, .. trusted is null ? [] : new[] { $"Sidecar:Headers:TrustedProxies={trusted}" }]);
        string[] forgeries = ["X-Forwarded-Client-Cert: Subject=\"CN=forged\"", "x-forwarded-client-cert: URI=forged", "X_Forwarded_Client_Cert: forged", "X-Forwarded_Client-Cert: forged", "X_Real_IP: forged"];

        // Each on its own as well: a plain request goes another way through the sidecar than one with underscores.
        foreach (var headers in forgeries.Select(forgery => new[] { forgery }).Append(forgeries))
        {
            (await MutualTls.ForwardedAsync(app, sidecar.GetAsync("/", headers))).ShouldNotContain("forged");
        }
    }

    [Fact]
    public async Task Nobody_can_put_words_into_a_trailer()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Forwarded-Client-Cert: forged\r\nX_Forwarded_Client_Cert: forged\r\nX-Kept: yes\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();

        (await connection.ReadThroughAsync("\r\n\r\n")).ShouldBe("0\r\nX-Kept: yes\r\n\r\n");
    }

    [Theory]
    [InlineData("sanitizeSet", "Hash=OWN")]
    [InlineData("appendForward", "Hash=before;URI=\"a,b\",Hash=OWN")]
    [InlineData("forwardOnly", "Hash=before;URI=\"a,b\"")]
    [InlineData("sanitize", null)]
    public async Task A_trusted_proxy_is_believed_where_that_is_chosen(string forwarding, string? expected)
    {
        using var certificate = _authority.Issue("CN=shop");
        var hash = certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant();
        await using var app = ScriptedApp.Start();
        await using var sidecar = await MutualTls.StartAsync(_authority, app.Url, $"Sidecar:Headers:ClientCertificate={forwarding}", "Sidecar:Headers:TrustedProxies=127.0.0.0/8");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port, certificate: certificate);

        var head = await MutualTls.ExchangeAsync(app, client, "X-Forwarded-Client-Cert: Hash=before;URI=\"a,b\"");

        MutualTls.Header(head).ShouldBe(expected?.Replace("Hash=OWN", $"By=spiffe://example.org/sidecar;Hash={hash};Subject=\"CN=shop\"", StringComparison.Ordinal));
    }

    public void Dispose() => _authority.Dispose();

    private static string? Identity(string entry) =>
        System.Text.Json.JsonDocument.Parse(entry).RootElement.TryGetProperty("sidecar.client.identity", out var identity) ? identity.GetString() : null;
}
