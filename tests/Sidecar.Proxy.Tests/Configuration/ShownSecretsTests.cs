using Microsoft.Extensions.Configuration;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Configuration;

public sealed class ShownSecretsTests
{
    [Theory]
    [InlineData("Authorization")]
    [InlineData("cookie")]
    [InlineData("X-Api-Key")]
    [InlineData("x-auth-token")]
    public void A_credential_that_a_route_sets_is_not_shown(string header)
    {
        var configuration = new ConfigurationManager();
        configuration.AddCommandLine(["--Sidecar:Routes:0:Name=one", $"--Sidecar:Routes:0:RequestHeaders:Set:{header}=Basic hunter2", "--Sidecar:Routes:0:RequestHeaders:Set:X-Stage=canary"]);

        var shown = new EffectiveConfiguration(configuration, new SidecarSettings(OptionsReader.Read(configuration))).Describe().ToJsonString();

        shown.ShouldNotContain("hunter2");
        shown.ShouldContain("canary");
        shown.ShouldContain($"\"{header}\":\"********\"");
    }

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
}
