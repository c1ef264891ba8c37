using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Transport;

public sealed class CertificateExpiryTests : IDisposable
{
    private const string Expiry = "Sidecar.Proxy.Tls.CertificateExpiry";
    private readonly TestAuthority _authority = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task The_end_of_each_certificate_is_a_metric_that_follows_its_file()
    {
        Write(TimeSpan.FromDays(100), TimeSpan.FromDays(365));
        await using var sidecar = await StartAsync();
        using var metrics = new RecordedMetrics(sidecar);
        End(metrics).ShouldBe(_time.GetUtcNow() + TimeSpan.FromDays(100));

        Write(TimeSpan.FromDays(200), TimeSpan.FromDays(365));
        sidecar.LookAtCredentials();

        End(metrics).ShouldBe(_time.GetUtcNow() + TimeSpan.FromDays(200));
        Lines(sidecar).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_certificate_that_expires_soon_is_told_of_once_and_once_more_when_it_has()
    {
        Write(TimeSpan.FromDays(20), TimeSpan.FromDays(365));
        await using var sidecar = await StartAsync();
        sidecar.LookAtCredentials();
        Lines(sidecar).ShouldBeEmpty();

        _time.Advance(TimeSpan.FromDays(7));
        sidecar.LookAtCredentials();
        var near = Lines(sidecar).ShouldHaveSingleItem();
        near.Level.ShouldBe(LogLevel.Warning);
        near.Message.ShouldBe($"Certificate of CN=shop in {_authority.PathOf("tls.crt")} expires on 2026-01-21 00:00:00Z");

        _time.Advance(TimeSpan.FromDays(14));
        sidecar.LookAtCredentials();
        var expired = Lines(sidecar).ShouldHaveSingleItem();
        expired.Level.ShouldBe(LogLevel.Error);
        expired.Message.ShouldBe($"Certificate of CN=shop in {_authority.PathOf("tls.crt")} expired on 2026-01-21 00:00:00Z");
    }

    [Fact]
    public async Task A_renewal_that_is_near_its_end_too_is_told_of_again()
    {
        Write(TimeSpan.FromDays(2), TimeSpan.FromDays(365));
        await using var sidecar = await StartAsync();
        Lines(sidecar).ShouldHaveSingleItem();

        Write(TimeSpan.FromDays(3), TimeSpan.FromDays(365));
        sidecar.LookAtCredentials();

        Lines(sidecar).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task How_early_is_an_option_and_never_more_than_a_fifth_of_the_lifetime()
    {
        Write(TimeSpan.FromDays(20), TimeSpan.FromDays(365));
        await using var early = await StartAsync("Sidecar:Security:CertificateExpiryWarning=30d");
        Lines(early).ShouldHaveSingleItem();

        // A certificate for a day, of which half is left.
        Write(TimeSpan.FromHours(12), TimeSpan.FromDays(1));
        await using var shortLived = await StartAsync();
        Lines(shortLived).ShouldBeEmpty();
    }

    public void Dispose() => _authority.Dispose();

    private static RecordedLogs.Record[] Lines(RunningSidecar sidecar) => [.. sidecar.Logs.Drain().Where(record => record.Category == Expiry)];

    private DateTimeOffset End(RecordedMetrics metrics) =>
        DateTimeOffset.FromUnixTimeSeconds(metrics["sidecar.tls.certificate.expiry", $"sidecar.certificate.file={_authority.PathOf("tls.crt")}", "sidecar.certificate.subject=CN=shop"]);

    /// <summary>Writes a certificate by the test's clock.</summary>
    private void Write(TimeSpan left, TimeSpan lifetime)
    {
        using var certificate = _authority.Issue("CN=shop", ["localhost"], from: left - lifetime, until: left, now: _time.GetUtcNow());
        _authority.Write("tls", certificate);
    }

    private Task<RunningSidecar> StartAsync(params string[] settings) => RunningSidecar.StartAsync(
        "http://127.0.0.1:1",
        _time.Drive,
        [$"Sidecar:Listener:Tls:CertificateFile={_authority.PathOf("tls.crt")}", $"Sidecar:Listener:Tls:KeyFile={_authority.PathOf("tls.key")}", "Sidecar:ReloadInterval=1h", .. settings]);
}
