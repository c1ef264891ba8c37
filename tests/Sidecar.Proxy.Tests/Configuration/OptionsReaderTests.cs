using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Configuration;

public sealed class OptionsReaderTests
{
    [Fact]
    public void Needs_nothing_to_be_set()
    {
        var options = OptionsOf.Settings();

        options.Upstream.Targets.ShouldBe(["http://localhost:8080"]);
        options.Listener.Port.ShouldBe(80);
        options.Admin.Port.ShouldBe(9901);
        options.ServiceName.ShouldBe(Environment.MachineName);
    }

    [Fact]
    public void The_contract_wins_over_the_section()
    {
        var options = OptionsOf.Settings("TARGET=http://a:1, https://b", "PORT=8081", "ADMIN_PORT=9", "SRV_NAME=legacy", "Sidecar:Listener:Port=1", "Sidecar:Upstream:Targets:0=http://c:3");

        options.Upstream.Targets.ShouldBe(["http://a:1", "https://b"]);
        options.Listener.Port.ShouldBe(8081);
        options.Admin.Port.ShouldBe(9);
        options.ServiceName.ShouldBe("legacy");
    }

    [Fact]
    public void The_service_is_called_by_OpenTelemetrys_name_when_it_has_no_other() => OptionsOf.Settings("OTEL_SERVICE_NAME=shop").ServiceName.ShouldBe("shop");

    [Fact]
    public void Reads_the_section_too() =>
        OptionsOf.Settings("Sidecar:Upstream:ConnectTimeout=250ms", "Sidecar:Listener:Address=127.0.0.1").ShouldSatisfyAllConditions(
            options => options.Upstream.ConnectTimeout.ShouldBe(TimeSpan.FromMilliseconds(250)),
            options => options.Listener.Address.ShouldBe("127.0.0.1"));

    [Theory]
    [InlineData("TARGET=localhost:8080", "TARGET", "absolute http or https URL")]
    [InlineData("TARGET=ftp://x", "TARGET", "absolute http or https URL")]
    [InlineData("TARGET=", "TARGET", "absolute http or https URL")]
    [InlineData("TARGET=http://", "TARGET", "absolute http or https URL")]
    [InlineData("TARGET=http://a,b", "TARGET", "absolute http or https URL")]
    [InlineData("TARGET=http:/a", "TARGET", "absolute http or https URL")]
    [InlineData("PORT=70000", "PORT", "from 0 to 65535")]
    [InlineData("PORT=-1", "PORT", "from 0 to 65535")]
    [InlineData("PORT=http", "PORT", "from 0 to 65535")]
    [InlineData("PORT=", "PORT", "from 0 to 65535")]
    [InlineData("ADMIN_PORT=1e3", "ADMIN_PORT", "from 0 to 65535")]
    [InlineData("SRV_NAME=", "SRV_NAME", "at least one character")]
    [InlineData("Sidecar:Listener:Port=x", "Sidecar:Listener:Port", "from 0 to 65535")]
    [InlineData("Sidecar:Listener:Address=here", "Sidecar:Listener:Address", "an IP address")]
    [InlineData("Sidecar:Upstream:ConnectTimeout=5", "Sidecar:Upstream:ConnectTimeout", "500ms")]
    [InlineData("Sidecar:Upstream:ConnectTimeout=0s", "Sidecar:Upstream:ConnectTimeout", "from 1ms")]
    [InlineData("Sidecar:Lifecycle:DrainDelay=20s", "Sidecar:Lifecycle:DrainDelay", "shorter than four fifths of DrainTimeout, which is 25s")]
    [InlineData("Sidecar:Lifecycle:DrainTimeout=0s", "Sidecar:Lifecycle:DrainTimeout", "from 1s")]
    [InlineData("Sidecar:AccessLog:Format=xml", "Sidecar:AccessLog:Format", "line, json, clf, none")]
    [InlineData("Sidecar:AccessLog:SuccessPercent=101", "Sidecar:AccessLog:SuccessPercent", "from 0 to 100")]
    [InlineData("Sidecar:AccessLog:MaxPendingBytes=1", "Sidecar:AccessLog:MaxPendingBytes", "from 65536")]
    [InlineData("Sidecar:Redaction:Paths=/reset/*", "Sidecar:Redaction:Paths", "/reset/{token}")]
    [InlineData("Sidecar:Lissener:Port=1", "Sidecar:Lissener", "Listener")]
    [InlineData("Sidecar:Listener:Prot=1", "Sidecar:Listener:Prot", "Port")]
    [InlineData("Sidecar:Listener:Tls:CertificateFile=/nowhere", "Sidecar:Listener:Tls:CertificateFile", "a file that exists")]
    [InlineData("Sidecar:Listener:Tls:CertificateFile=/etc/hostname", "Sidecar:Listener:Tls:CertificateFile", "a PEM certificate with its key")]
    [InlineData("Sidecar:Upstream:CaFile=/nowhere", "Sidecar:Upstream:CaFile", "a file that exists")]
    [InlineData("Sidecar:Upstream:CaFile=/etc/hostname", "Sidecar:Upstream:CaFile", "a PEM file of certificates (there is no certificate in it)")]
    [InlineData("Sidecar:Limits:HalfCloseTimeout=-1s", "Sidecar:Limits:HalfCloseTimeout", "from 0ms to 24h")]
    [InlineData("Sidecar:Listener:Tls:KeyFile=/etc/hostname", "Sidecar:Listener:Tls:KeyFile", "left out unless CertificateFile is given")]
    [InlineData("Sidecar:Listener:Tls:MinimumVersion=1.1", "Sidecar:Listener:Tls:MinimumVersion", "1.2 or 1.3")]
    [InlineData("Sidecar:Listener:Tls:Certificates:0:CertificateFile=/nowhere", "Sidecar:Listener:Tls:Certificates:0:CertificateFile", "a file that exists")]
    [InlineData("Sidecar:Listener:Tls:Certificates:0:CertificateFile=/etc/hostname", "Sidecar:Listener:Tls:Certificates:0:CertificateFile", "a PEM certificate with its key")]
    [InlineData("Sidecar:Listener:Tls:Certificates:0:KeyFile=/etc/hostname", "Sidecar:Listener:Tls:Certificates:0:CertificateFile", "a file that exists")]
    [InlineData("Sidecar:Listener:Tls:CertificateFolder=/nowhere", "Sidecar:Listener:Tls:CertificateFolder", "a folder of PEM certificates with their keys (there is no certificate with a key in it)")]
    [InlineData("Sidecar:Listener:Tls:ClientCertificates:Mode=maybe", "Sidecar:Listener:Tls:ClientCertificates:Mode", "none, optional, require")]
    [InlineData("Sidecar:Listener:Tls:ClientCertificates:Mode=require", "Sidecar:Listener:Tls:ClientCertificates:CaFile", "given when Mode is optional or require")]
    [InlineData("Sidecar:Listener:Tls:ClientCertificates:CaFile=/nowhere", "Sidecar:Listener:Tls:ClientCertificates:CaFile", "a file that exists")]
    [InlineData("Sidecar:Listener:Tls:ClientCertificates:CaFile=/etc/hostname", "Sidecar:Listener:Tls:ClientCertificates:CaFile", "a PEM file of certificates (there is no certificate in it)")]
    [InlineData("Sidecar:Listener:HttpsRedirect:Port=8080", "Sidecar:Listener:HttpsRedirect", "left out unless Tls has a certificate")]
    [InlineData("Sidecar:Listener:HttpsRedirect:HttpsPort=0", "Sidecar:Listener:HttpsRedirect:HttpsPort", "from 1 to 65535")]
    [InlineData("Sidecar:Security:Hsts:MaxAge=5", "Sidecar:Security:Hsts:MaxAge", "from 0ms to 3650d")]
    [InlineData("Sidecar:Security:Hsts:Preload=true", "Sidecar:Security:Hsts:Preload", "false unless IncludeSubDomains is true and MaxAge is 365d or more")]
    [InlineData("Sidecar:Security:CertificateExpiryWarning=soon", "Sidecar:Security:CertificateExpiryWarning", "from 0ms to 3650d")]
    [InlineData("Sidecar:Headers:ClientCertificate=forward", "Sidecar:Headers:ClientCertificate", "sanitizeset, appendforward, forwardonly, sanitize")]
    [InlineData("Sidecar:Upstream:ClientCertificateFile=/nowhere", "Sidecar:Upstream:ClientCertificateFile", "a file that exists")]
    [InlineData("Sidecar:Upstream:ClientCertificateFile=/etc/hostname", "Sidecar:Upstream:ClientCertificateFile", "a PEM certificate with its key")]
    [InlineData("Sidecar:Upstream:ClientKeyFile=/etc/hostname", "Sidecar:Upstream:ClientKeyFile", "left out unless ClientCertificateFile is given")]
    [InlineData("Sidecar:Upstream:ServerName=https://shop.example", "Sidecar:Upstream:ServerName", "a host name such as shop.example")]
    [InlineData("Sidecar:Upstream:SpiffeIds=spiffe://Example.org/a", "Sidecar:Upstream:SpiffeIds", "SPIFFE IDs such as spiffe://example.org/shop")]
    [InlineData("Sidecar:Upstream:SpiffeIds=spiffe://example.org/a", "Sidecar:Upstream:SpiffeIds", "left out unless all Targets are https")]
    [InlineData("Sidecar:Resilience:Timeouts:Attempt=0s", "Sidecar:Resilience:Timeouts:Attempt", "from 1ms to 24h")]
    [InlineData("Sidecar:Resilience:Timeouts:ClientDeadline=maybe", "Sidecar:Resilience:Timeouts:ClientDeadline", "true or false")]
    [InlineData("Sidecar:Resilience:Retry:MaxRetries=11", "Sidecar:Resilience:Retry:MaxRetries", "from 0 to 10")]
    [InlineData("Sidecar:Resilience:Retry:Statuses=503,200", "Sidecar:Resilience:Retry:Statuses", "status codes from 400 to 599")]
    [InlineData("Sidecar:Resilience:Retry:Statuses=5xx", "Sidecar:Resilience:Retry:Statuses", "status codes from 400 to 599")]
    [InlineData("Sidecar:Resilience:Retry:IdempotencyHeader=a key", "Sidecar:Resilience:Retry:IdempotencyHeader", "the name of a header")]
    [InlineData("Sidecar:Resilience:Retry:BaseDelay=1s", "Sidecar:Resilience:Retry:BaseDelay", "no longer than MaxDelay, which is 250ms")]
    [InlineData("Sidecar:Resilience:Retry:BudgetPercent=101", "Sidecar:Resilience:Retry:BudgetPercent", "from 0 to 100")]
    public void A_bad_value_is_named_with_what_is_allowed(string setting, string key, string allowed)
    {
        var problem = Should.Throw<ConfigurationException>(() => OptionsOf.Settings(setting)).Problems.ShouldHaveSingleItem();

        problem.Key.ShouldBe(key);
        problem.Allowed.ShouldContain(allowed);
        problem.ToString().ShouldNotContain("\n");
    }

    [Fact]
    public void An_attempt_may_not_take_longer_than_all_of_them() =>
        Should.Throw<ConfigurationException>(() => OptionsOf.Settings("Sidecar:Resilience:Timeouts:Attempt=5s", "Sidecar:Resilience:Timeouts:Total=2s"))
            .Problems.ShouldHaveSingleItem().ToString().ShouldBe("Sidecar:Resilience:Timeouts:Attempt: '5s' is not allowed; it must be a duration no longer than Total, which is 2s");

    [Fact]
    public void All_problems_are_told_at_once() =>
        Should.Throw<ConfigurationException>(() => OptionsOf.Settings("PORT=x", "TARGET=y")).Problems.Count.ShouldBe(2);
}
