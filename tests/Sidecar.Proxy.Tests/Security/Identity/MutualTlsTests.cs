using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Identity;

public sealed class MutualTlsTests : IDisposable
{
    private const string Failures = "Sidecar.Proxy.Observability.ConnectionFailures";
    private const string Shop = "spiffe://example.org/ns/web/sa/shop";

    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _other = new("Other Authority");

    [Theory]
    [InlineData("require")]
    [InlineData("optional")]
    public async Task The_application_is_told_who_the_client_has_proved_to_be(string mode)
    {
        using var certificate = _authority.Issue("CN=shop, O=\"Shop, Inc.\", C=CH", ["shop.example", "www.shop.example"], [Shop], TestAuthority.ClientUsage);
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, $"Sidecar:Listener:Tls:ClientCertificates:Mode={mode}", "Sidecar:AccessLog:Format=json");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port, certificate: certificate);

        var head = await ExchangeAsync(app, client);

        var hash = certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant();
        Header(head).ShouldBe($"By=spiffe://example.org/sidecar;Hash={hash};Subject=\"CN=shop,O=Shop\\, Inc.,C=CH\";URI={Shop};DNS=shop.example;DNS=www.shop.example");
        Identity(await sidecar.AccessLog.NextAsync()).ShouldBe(Shop);
    }

    [Theory]
    [InlineData("CN=shop", "shop.example", "shop.example")]
    [InlineData("CN=shop, O=Example", null, "CN=shop,O=Example")]
    public async Task Without_a_SPIFFE_ID_it_is_the_host_name_else_the_subject(string subject, string? name, string identity)
    {
        using var certificate = _authority.Issue(subject, name is null ? null : [name]);
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, "Sidecar:AccessLog:Format=json");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port, certificate: certificate);

        await ExchangeAsync(app, client);

        Identity(await sidecar.AccessLog.NextAsync()).ShouldBe(identity);
    }

    [Fact]
    public async Task Over_HTTP_2_it_is_the_same_for_every_request()
    {
        using var certificate = _authority.Issue("CN=shop", uris: [Shop]);
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url);
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
            Header(await connection.ReadHeadAsync()).ShouldEndWith($";Subject=\"CN=shop\";URI={Shop}");
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            (await sending).Dispose();
        }
    }

    [Fact]
    public async Task Who_shows_nothing_is_anonymous_where_a_certificate_is_optional()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, "Sidecar:Listener:Tls:ClientCertificates:Mode=optional", "Sidecar:AccessLog:Format=json");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port);

        Header(await ExchangeAsync(app, client)).ShouldBeNull();

        Identity(await sidecar.AccessLog.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Who_shows_nothing_is_refused_where_one_is_required()
    {
        await using var sidecar = await StartAsync("http://127.0.0.1:1");

        await ShouldBeRefusedAsync(sidecar, null, "it showed no certificate");
    }

    [Theory]
    [InlineData("require")]
    [InlineData("optional")]
    public async Task A_certificate_that_does_not_hold_is_refused_and_the_reason_told(string mode)
    {
        await using var sidecar = await StartAsync("http://127.0.0.1:1", $"Sidecar:Listener:Tls:ClientCertificates:Mode={mode}");
        using var unknown = _other.Issue("CN=shop");
        using var expired = _authority.Issue("CN=shop", from: TimeSpan.FromDays(-2), until: TimeSpan.FromDays(-1));
        using var early = _authority.Issue("CN=shop", from: TimeSpan.FromDays(1), until: TimeSpan.FromDays(2));
        using var server = _authority.Issue("CN=shop", usage: TestAuthority.ServerUsage);
        using var metrics = new RecordedMetrics(sidecar);

        await ShouldBeRefusedAsync(sidecar, unknown, "its certificate is from an unknown authority: CN=Other Authority");
        await ShouldBeRefusedAsync(sidecar, expired, $"its certificate expired on {expired.NotAfter.ToUniversalTime():u}");
        await ShouldBeRefusedAsync(sidecar, early, $"its certificate is not valid before {early.NotBefore.ToUniversalTime():u}");
        await ShouldBeRefusedAsync(sidecar, server, "its certificate is not meant for this (extended key usage)");
        metrics["sidecar.connection.failures", "error.type=tls_client_certificate_refused"].ShouldBe(4);
    }

    [Fact]
    public async Task A_SPIFFE_ID_that_breaks_the_rules_is_refused()
    {
        await using var sidecar = await StartAsync("http://127.0.0.1:1");
        using var two = _authority.Issue("CN=shop", uris: [Shop, "spiffe://example.org/admin"]);
        using var beside = _authority.Issue("CN=shop", uris: ["https://shop.example/", Shop]);
        using var rootless = _authority.Issue("CN=shop", uris: ["spiffe://example.org"]);
        using var authority = _authority.Issue("CN=shop", uris: [Shop], change: request => request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true)));
        using var signer = _authority.Issue("CN=shop", uris: [Shop], change: request => request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true)));

        await ShouldBeRefusedAsync(sidecar, two, "its certificate is not valid: it has more URIs than its SPIFFE ID");
        await ShouldBeRefusedAsync(sidecar, beside, "its certificate is not valid: it has more URIs than its SPIFFE ID");
        await ShouldBeRefusedAsync(sidecar, rootless, "its certificate is not valid: its SPIFFE ID is not one");
        await ShouldBeRefusedAsync(sidecar, authority, "its certificate is not valid: it has a SPIFFE ID and is an authority's");
        await ShouldBeRefusedAsync(sidecar, signer, "its certificate is not valid: it has a SPIFFE ID and may sign certificates");
    }

    [Fact]
    public async Task Authorities_rotate_for_new_handshakes_and_connections_stay()
    {
        using var first = _authority.Issue("CN=first");
        using var second = _other.Issue("CN=second");
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, "Sidecar:ReloadInterval=1h");
        await using var old = await TlsConnection.OpenAsync(sidecar.Port, certificate: first);
        await ExchangeAsync(app, old);

        // Both for a while, then the new one alone.
        await File.AppendAllTextAsync(_authority.File, _other.Pem, Patience.Token());
        sidecar.LookAtCredentials();
        await using (var both = await TlsConnection.OpenAsync(sidecar.Port, certificate: second))
            await ExchangeAsync(app, both);
        await File.WriteAllTextAsync(_authority.File, _other.Pem, Patience.Token());
        sidecar.LookAtCredentials();

        await ShouldBeRefusedAsync(sidecar, first, "its certificate is from an unknown authority: CN=Test Authority");
        await using (var only = await TlsConnection.OpenAsync(sidecar.Port, certificate: second))
            await ExchangeAsync(app, only);
        Header(await ExchangeAsync(app, old)).ShouldEndWith("Subject=\"CN=first\"");
    }

    [Fact]
    public async Task Authorities_that_cannot_be_read_change_nothing()
    {
        using var certificate = _authority.Issue("CN=shop");
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, "Sidecar:ReloadInterval=1h");

        await File.WriteAllTextAsync(_authority.File, "", Patience.Token());
        sidecar.LookAtCredentials();

        var record = await sidecar.Logs.NextAsync("Sidecar.Proxy.Security.Transport.CredentialWatch");
        record.Level.ShouldBe(LogLevel.Warning);
        record.Message.ShouldBe($"{_authority.File} cannot be used, what was in force stays: there is no certificate in it");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port, certificate: certificate);
        await ExchangeAsync(app, client);
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
            var exchange = sidecar.GetAsync("/", headers);
            var connection = await app.AcceptedAsync();
            var head = await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await exchange;

            head.ShouldNotContain("forged");
        }
    }

    [Fact]
    public async Task Nor_into_a_trailer()
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
        await using var sidecar = await StartAsync(app.Url, $"Sidecar:Headers:ClientCertificate={forwarding}", "Sidecar:Headers:TrustedProxies=127.0.0.0/8");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port, certificate: certificate);

        var head = await ExchangeAsync(app, client, "X-Forwarded-Client-Cert: Hash=before;URI=\"a,b\"");

        Header(head).ShouldBe(expected?.Replace("Hash=OWN", $"By=spiffe://example.org/sidecar;Hash={hash};Subject=\"CN=shop\"", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    /// <summary>The header that the application received, once or not at all.</summary>
    private static string? Header(string head) =>
        head.Split("\r\n").SingleOrDefault(line => line.StartsWith("X-Forwarded-Client-Cert: ", StringComparison.OrdinalIgnoreCase))?["X-Forwarded-Client-Cert: ".Length..];

    private static string? Identity(string entry) =>
        System.Text.Json.JsonDocument.Parse(entry).RootElement.TryGetProperty("sidecar.client.identity", out var identity) ? identity.GetString() : null;

    private static async Task<string> ExchangeAsync(ScriptedApp app, TlsConnection client, params string[] headers)
    {
        var exchange = client.GetAsync(headers);
        var connection = await app.AcceptedAsync();
        var head = await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        (await exchange).ShouldStartWith("HTTP/1.1 200");
        return head;
    }

    private static async Task ShouldBeRefusedAsync(RunningSidecar sidecar, X509Certificate2? certificate, string reason)
    {
        // With TLS 1.3 a client hears of it only when it reads.
        await Should.ThrowAsync<Exception>(async () =>
        {
            await using var client = await TlsConnection.OpenAsync(sidecar.Port, certificate: certificate);
            await client.GetAsync();
        });
        var record = await sidecar.Logs.NextAsync(Failures);
        record.Level.ShouldBe(LogLevel.Information);
        record.Message.ShouldMatch("^Connection from 127.0.0.1:[0-9]+ failed: tls_client_certificate_refused, ");
        record.Message.ShouldEndWith($", {reason}");
    }

    private Task<RunningSidecar> StartAsync(string target, params string[] settings)
    {
        using var certificate = _authority.Issue("CN=sidecar", ["localhost"], ["spiffe://example.org/sidecar"]);
        var (file, key) = _authority.Write("tls", certificate);
        return RunningSidecar.StartAsync(
            target,
            [
                $"Sidecar:Listener:Tls:CertificateFile={file}",
                $"Sidecar:Listener:Tls:KeyFile={key}",
                $"Sidecar:Listener:Tls:ClientCertificates:CaFile={_authority.File}",
                "Sidecar:Listener:Tls:ClientCertificates:Mode=require",
                .. settings,
            ]);
    }
}
