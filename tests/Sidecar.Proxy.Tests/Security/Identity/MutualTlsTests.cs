using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Identity;

public sealed class MutualTlsTests : IDisposable
{
    private const string Failures = "Sidecar.Proxy.Observability.ConnectionFailures";
    private const string Shop = "spiffe://example.org/ns/web/sa/shop";

    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _other = new("Other Authority");

    [Fact]
    public async Task Who_shows_nothing_is_refused_where_one_is_required()
    {
        await using var sidecar = await MutualTls.StartAsync(_authority, "http://127.0.0.1:1");

        await ShouldBeRefusedAsync(sidecar, null, "it showed no certificate");
    }

    [Fact]
    public void Authorities_that_nobody_is_checked_against_stop_the_start() =>
        Should.Throw<ConfigurationException>(() => OptionsOf.Settings([.. _authority.ListenerSettings(), $"Sidecar:Listener:Tls:ClientCertificates:CaFile={_authority.File}"]))
            .Problems.ShouldHaveSingleItem().Allowed.ShouldBe("left out unless Mode is optional or require");

    [Theory]
    [InlineData("require")]
    [InlineData("optional")]
    public async Task A_certificate_that_does_not_hold_is_refused_and_the_reason_told(string mode)
    {
        await using var sidecar = await MutualTls.StartAsync(_authority, "http://127.0.0.1:1", $"Sidecar:Listener:Tls:ClientCertificates:Mode={mode}");
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
    public async Task A_certificate_for_any_use_is_accepted()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await MutualTls.StartAsync(_authority, app.Url);
        using var certificate = _authority.Issue("CN=shop", usage: "2.5.29.37.0");

        await using var client = await TlsConnection.OpenAsync(sidecar.Port, certificate: certificate);

        MutualTls.Header(await MutualTls.ExchangeAsync(app, client)).ShouldEndWith("Subject=\"CN=shop\"");
    }

    [Fact]
    public async Task A_certificate_for_any_use_has_to_hold_otherwise()
    {
        await using var sidecar = await MutualTls.StartAsync(_authority, "http://127.0.0.1:1");
        using var expired = _authority.Issue("CN=shop", usage: "2.5.29.37.0", from: TimeSpan.FromDays(-2), until: TimeSpan.FromDays(-1));
        using var unknown = _other.Issue("CN=shop", usage: "2.5.29.37.0");

        await ShouldBeRefusedAsync(sidecar, expired, $"its certificate expired on {expired.NotAfter.ToUniversalTime():u}");
        await ShouldBeRefusedAsync(sidecar, unknown, "its certificate is from an unknown authority: CN=Other Authority");
    }

    [Theory]
    [InlineData("MinimumEcBits=384", 0, 256)]
    [InlineData("MinimumRsaBits=3072", 2048, 2048)]
    public async Task A_key_with_fewer_bits_than_asked_for_is_refused(string setting, int rsaBits, int bits)
    {
        await using var sidecar = await MutualTls.StartAsync(_authority, "http://127.0.0.1:1", $"Sidecar:Listener:Tls:ClientCertificates:{setting}");
        using var certificate = rsaBits == 0 ? _authority.Issue("CN=shop") : _authority.IssueRsa("CN=shop", rsaBits);

        await ShouldBeRefusedAsync(sidecar, certificate, $"its key is too weak: {bits} bits");
    }

    [Fact]
    public async Task A_SPIFFE_ID_that_breaks_the_rules_is_refused()
    {
        await using var sidecar = await MutualTls.StartAsync(_authority, "http://127.0.0.1:1");
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
        await using var sidecar = await MutualTls.StartAsync(_authority, app.Url, "Sidecar:ReloadInterval=1h");
        await using var old = await TlsConnection.OpenAsync(sidecar.Port, certificate: first);
        await MutualTls.ExchangeAsync(app, old);

        // Both for a while, then the new one alone.
        await File.AppendAllTextAsync(_authority.File, _other.Pem, Patience.Token());
        sidecar.LookAtCredentials();
        await using (var both = await TlsConnection.OpenAsync(sidecar.Port, certificate: second))
            await MutualTls.ExchangeAsync(app, both);
        await File.WriteAllTextAsync(_authority.File, _other.Pem, Patience.Token());
        sidecar.LookAtCredentials();

        await ShouldBeRefusedAsync(sidecar, first, "its certificate is from an unknown authority: CN=Test Authority");
        await using (var only = await TlsConnection.OpenAsync(sidecar.Port, certificate: second))
            await MutualTls.ExchangeAsync(app, only);
        MutualTls.Header(await MutualTls.ExchangeAsync(app, old)).ShouldEndWith("Subject=\"CN=first\"");
    }

    [Fact]
    public async Task Authorities_that_cannot_be_read_change_nothing()
    {
        using var certificate = _authority.Issue("CN=shop");
        await using var app = ScriptedApp.Start();
        await using var sidecar = await MutualTls.StartAsync(_authority, app.Url, "Sidecar:ReloadInterval=1h");

        await File.WriteAllTextAsync(_authority.File, "", Patience.Token());
        sidecar.LookAtCredentials();

        var record = await sidecar.Logs.NextAsync("Sidecar.Proxy.Tls.CredentialWatch");
        record.Level.ShouldBe(LogLevel.Warning);
        record.Message.ShouldBe($"Cannot load {_authority.File}, keeping the previous one: there is no certificate in it");
        await using var client = await TlsConnection.OpenAsync(sidecar.Port, certificate: certificate);
        await MutualTls.ExchangeAsync(app, client);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
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
}
