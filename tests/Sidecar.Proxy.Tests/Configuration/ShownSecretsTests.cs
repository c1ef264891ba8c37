using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Configuration;

public sealed class ShownSecretsTests
{
    [Theory]
    [InlineData("Sidecar:Routes:0:RequestHeaders:Set:Authorization")]
    [InlineData("Sidecar:Routes:0:RequestHeaders:Set:cookie")]
    [InlineData("Sidecar:Routes:0:RequestHeaders:Set:X-Pw")]
    [InlineData("Sidecar:Routes:0:RequestHeaders:Add:X-Signature")]
    [InlineData("Sidecar:Routes:0:ResponseHeaders:Set:Set-Cookie")]
    [InlineData("Sidecar:Routes:0:Match:Headers:0:Exact", "Sidecar:Routes:0:Match:Headers:0:Name=X-Gate")]
    [InlineData("Sidecar:Routes:0:Match:Query:0:Prefix", "Sidecar:Routes:0:Match:Query:0:Name=sig")]
    [InlineData("Sidecar:Resilience:Faults:Headers:X-Break")]
    public void A_value_that_may_be_a_credential_is_not_shown(string key, params string[] others)
    {
        var configuration = new ConfigurationManager();
        configuration.AddCommandLine(["--Sidecar:Routes:0:Name=one", $"--{key}=hunter2", .. others.Select(other => "--" + other)]);

        var shown = Shown(configuration);

        shown.ShouldNotContain("hunter2");
        shown.ShouldContain("\"********\"");
    }

    [Fact]
    public void A_header_that_is_known_to_be_harmless_is_shown()
    {
        var configuration = new ConfigurationManager();
        configuration.AddCommandLine(["--Sidecar:Routes:0:Name=one", "--Sidecar:Routes:0:ResponseHeaders:Set:cache-control=no-store"]);

        Shown(configuration).ShouldContain("\"cache-control\":\"no-store\"");
    }

    [Fact]
    public void The_query_of_a_URL_is_not_shown()
    {
        var configuration = new ConfigurationManager();
        configuration.AddCommandLine(["--Sidecar:Security:Jwt:Issuers:a:Issuer=https://i/?tenant=hunter2", "--Sidecar:Security:Jwt:Issuers:a:Audiences=x", "--Sidecar:Security:Jwt:Issuers:a:Jwks:Url=https://h/jwks?api_key=hunter2", "--Sidecar:Upstream:HealthChecks:Path=/health?key=hunter2"]);

        var shown = Shown(configuration);

        shown.ShouldNotContain("hunter2");
        shown.ShouldContain("https://h/jwks?********");
        shown.ShouldContain("\"/health?********\"");
    }

    [Theory]
    [InlineData("Sidecar:Security:External:Url", "http://user:hunter2@h/check", "'http://********@h/check'")]
    [InlineData("Sidecar:Security:External:Url", "http://h/check?key=hunter2", "'http://h/check?********'")]
    [InlineData("Sidecar:Security:External:Url", "http://user:hunter,2@h/ and ?@h/", "'http://********'")]
    [InlineData("Sidecar:Security:External:Url", "h/check?key=hunter2", "'h/check?********'")]
    [InlineData("Sidecar:Security:External:Url", "ftp://h/#hunter2", "'ftp://h/#********'")]
    [InlineData("Sidecar:Upstream:Targets:0", "http://user:hunter2@a", "'http://********@a'")]
    [InlineData("TARGET", "http://a,http://user:hunter2@b:1,https://c/?hunter2", "'http://********@b:1'")]
    [InlineData("TARGET", "user:hunter2@host:80", "'********@host:80'")]
    [InlineData("Sidecar:Upstream:HealthChecks:Path", "/health ?token=hunter2", "'/health ?********'")]
    public void An_error_in_a_URL_shows_neither_user_nor_query(string key, string value, string shown)
    {
        var reading = () => OptionsOf.Settings($"{key}={value}");

        var message = Should.Throw<ConfigurationException>(reading).Message;

        message.ShouldNotContain("hunter");
        message.ShouldContain(shown);
    }

    [Theory]
    [InlineData("http://a/?x=1,http://u:p@b/c, https://d/e", "http://a/?********http://********@b/c, https://d/e")]
    [InlineData("no URL at all? @ all", "no URL at all? @ all")]
    [InlineData("://", "://")]
    [InlineData("http://http://", "http://http://")]
    [InlineData("see http://a/b, then c", "see http://a/b, then c")]
    public void Secrets_of_URLs_are_hidden_wherever_they_stand(string text, string shown) => Secrets.Hide(text).ShouldBe(shown);

    [Fact]
    public void An_error_in_headers_names_them_without_their_values()
    {
        var reading = () => OptionsOf.Settings("TARGET=http://localhost", "Sidecar:Routes:0:Name=one", "Sidecar:Routes:0:RequestHeaders:Set:Authorization=Basic hunter2", "Sidecar:Routes:0:RequestHeaders:Set:Host=a");

        var message = Should.Throw<ConfigurationException>(reading).Message;

        message.ShouldNotContain("hunter2");
        message.ShouldStartWith("Sidecar:Routes:0:RequestHeaders:Set: 'Authorization,Host' is not allowed");
    }

    [Fact]
    public void A_key_written_where_its_entry_belongs_is_not_shown()
    {
        var reading = () => OptionsOf.Settings("TARGET=http://localhost", "Sidecar:Security:ApiKeys:Entries:0=hunter2");

        Should.Throw<ConfigurationException>(reading).Message.ShouldNotContain("hunter2");
    }

    private static string Shown(ConfigurationManager configuration) => new EffectiveConfiguration(configuration, new SidecarSettings(OptionsReader.Read(configuration))).Describe().ToJsonString(Relaxed);

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
