using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream;

public sealed class UpstreamTlsTests : IDisposable
{
    private const string Shop = "spiffe://example.org/shop";

    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _other = new("Other Authority");

    [Theory]
    [InlineData("http1")]
    [InlineData("http2")]
    public async Task The_application_sees_the_sidecars_certificate_and_the_next_one_when_its_files_change(string protocol)
    {
        using var server = _authority.Issue("CN=app", ["localhost"]);
        await using var app = await KestrelApp.StartMutualAsync(server, context => SayAsync(context, context.Connection.ClientCertificate?.Subject ?? "nobody"));
        var (certificate, key) = _authority.WriteServer("first");
        await using var sidecar = await StartAsync(app, protocol, $"Sidecar:Upstream:ClientCertificateFile={certificate}", $"Sidecar:Upstream:ClientKeyFile={key}", "Sidecar:Upstream:MaxConnectionAge=1s", "Sidecar:Upstream:IdleConnectionTimeout=0ms");
        (await sidecar.GetAsync()).ShouldEndWith("CN=first");
        using var metrics = new RecordedMetrics(sidecar);
        metrics["sidecar.tls.certificate.expiry", $"sidecar.certificate.file={certificate}", "sidecar.certificate.subject=CN=first"].ShouldBeGreaterThan(0);

        var (nextCertificate, nextKey) = _authority.WriteServer("second");
        File.Copy(nextCertificate, certificate, overwrite: true);
        File.Copy(nextKey, key, overwrite: true);
        sidecar.LookAtCredentials();

        (await sidecar.GetAsync()).ShouldEndWith("CN=second");
    }

    [Theory]
    [InlineData("http1", "localhost", "200")]
    [InlineData("http2", "localhost", "200")]
    [InlineData("http1", "pinned.example", "error=tls_certificate_error")]
    [InlineData("http2", "pinned.example", "error=tls_certificate_error")]
    public async Task The_name_that_is_asked_for_can_be_another_than_the_targets(string protocol, string certificateName, string withoutOption)
    {
        using var server = _authority.Issue("CN=app", [certificateName]);
        await using var app = await KestrelApp.StartHttpsAsync(server, Saying("secure"));
        await using var plain = await StartAsync(app, protocol);
        await using var pinned = await StartAsync(app, protocol, "Sidecar:Upstream:ServerName=pinned.example");

        (await plain.GetAsync()).ShouldContain(withoutOption);
        (await pinned.GetAsync()).ShouldContain(certificateName == "pinned.example" ? "secure" : "error=tls_certificate_error");
    }

    [Theory]
    [InlineData("http1")]
    [InlineData("http2")]
    public async Task An_application_with_an_allowed_SPIFFE_ID_needs_no_host_name(string protocol)
    {
        using var server = _authority.Issue("CN=app", uris: [Shop]);
        await using var app = await KestrelApp.StartHttpsAsync(server, Saying("secure"));
        await using var sidecar = await StartAsync(app, protocol, $"Sidecar:Upstream:SpiffeIds=spiffe://example.org/other,{Shop}");

        (await sidecar.GetAsync()).ShouldEndWith("secure");
    }

    [Theory]
    [InlineData("http1")]
    [InlineData("http2")]
    public async Task An_application_with_another_SPIFFE_ID_or_none_is_refused_and_the_reason_told(string protocol)
    {
        using var admin = _authority.Issue("CN=app", ["localhost"], ["spiffe://example.org/admin"]);
        using var none = _authority.Issue("CN=app", ["localhost"]);
        using var two = _authority.Issue("CN=app", ["localhost"], [Shop, "spiffe://example.org/admin"]);
        using var stranger = _other.Issue("CN=app", ["localhost"], [Shop]);

        await ShouldBeRefusedAsync(protocol, admin, "the application's certificate is for spiffe://example.org/admin, which SpiffeIds does not allow");
        await ShouldBeRefusedAsync(protocol, none, "the application's certificate is for localhost, which SpiffeIds does not allow");
        await ShouldBeRefusedAsync(protocol, two, "the application's certificate is not valid: it has more URIs than its SPIFFE ID");
        await ShouldBeRefusedAsync(protocol, stranger, "the application was refused: its certificate is from an unknown authority: CN=Other Authority");
    }

    [Theory]
    [InlineData("http1")]
    [InlineData("http2")]
    public async Task Each_cluster_has_its_own_authorities(string protocol)
    {
        using var certificate = _authority.Issue("CN=app", ["localhost"]);
        using var otherCertificate = _other.Issue("CN=other", ["localhost"]);
        await using var app = await KestrelApp.StartHttpsAsync(certificate, Saying("app"));
        await using var other = await KestrelApp.StartHttpsAsync(otherCertificate, Saying("other"));
        await using var sidecar = await StartAsync(
            app,
            protocol,
            $"Sidecar:Clusters:other:Targets=https://localhost:{other.Port}",
            $"Sidecar:Clusters:other:Protocol={protocol}",
            $"Sidecar:Clusters:other:CaFile={_other.File}",
            "Sidecar:Routes:0:Name=other",
            "Sidecar:Routes:0:Match:PathPrefix=/other",
            "Sidecar:Routes:0:Cluster=other");

        for (var i = 0; i < 3; i++)
        {
            (await sidecar.GetAsync("/")).ShouldEndWith("\r\n\r\napp");
            (await sidecar.GetAsync("/other")).ShouldEndWith("\r\n\r\nother");
        }
    }

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    private static RequestDelegate Saying(string text) => context => SayAsync(context, text);

    private static Task SayAsync(HttpContext context, string text)
    {
        context.Response.ContentLength = text.Length;
        return context.Response.WriteAsync(text);
    }

    private async Task ShouldBeRefusedAsync(string protocol, X509Certificate2 certificate, string reason)
    {
        await using var app = await KestrelApp.StartHttpsAsync(certificate, Saying("secure"));
        await using var sidecar = await StartAsync(app, protocol, $"Sidecar:Upstream:SpiffeIds={Shop}");

        var answer = await sidecar.GetAsync();

        answer.ShouldContain("Proxy-Status: sidecar; error=tls_certificate_error");
        (await sidecar.Logs.NextAsync("Sidecar.Proxy.Observability.FailureLog")).Message.ShouldContain(reason);
    }

    private Task<RunningSidecar> StartAsync(KestrelApp app, string protocol, params string[] settings) =>
        RunningSidecar.StartAsync($"https://localhost:{app.Port}", [$"Sidecar:Upstream:CaFile={_authority.File}", $"Sidecar:Upstream:Protocol={protocol}", "Sidecar:ReloadInterval=1h", .. settings]);
}
