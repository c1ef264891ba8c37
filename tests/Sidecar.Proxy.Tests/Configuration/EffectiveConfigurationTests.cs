using Microsoft.Extensions.Configuration;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Tests.Configuration;

public sealed class EffectiveConfigurationTests
{
    [Fact]
    public void Each_value_has_its_source()
    {
        Environment.SetEnvironmentVariable("Sidecar__Upstream__IdleTimeout", "3m");
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables();
        configuration.AddCommandLine(["--Sidecar:Upstream:ConnectTimeout=250ms", "--TARGET=http://a:1,http://b:2"]);
        configuration.AddEnvironmentContract();
        var all = Describe(configuration, OptionsReader.Read(configuration));

        all["Sidecar:Upstream:Targets"].ShouldBe("""{"value":["http://a:1","http://b:2"],"source":"TARGET"}""");
        all["Sidecar:Upstream:ConnectTimeout"].ShouldBe("""{"value":"250ms","source":"command line"}""");
        all["Sidecar:Upstream:IdleTimeout"].ShouldBe("""{"value":"3m","source":"Sidecar__Upstream__IdleTimeout"}""");
        all["Sidecar:Upstream:CaFile"].ShouldBe("""{"value":null,"source":"default"}""");
        all["Sidecar:Listener:Port"].ShouldBe("""{"value":80,"source":"default"}""");
    }

    [Fact]
    public void Secrets_are_not_shown_however_deep_they_are()
    {
        var shown = Describe(new ConfigurationManager(), new Section()).Values;

        string.Join('\n', shown).ShouldNotContain("hunter2");
        shown.ShouldContain("""{"value":"********","source":"default"}""");
        shown.ShouldContain("""{"value":[{"Name":"a","ApiKey":"********"}],"source":"default"}""");
    }

    [Fact]
    public void Sections_by_name_are_shown_by_name()
    {
        var configuration = new ConfigurationManager();
        configuration.AddCommandLine(["--Sidecar:Resilience:Faults:Headers:User-Agent=on"]);

        Describe(configuration, OptionsReader.Read(configuration))["Sidecar:Resilience:Faults:Headers"].ShouldBe("""{"value":{"User-Agent":"on"},"source":"command line"}""");
    }

    [Fact]
    public void Clusters_are_shown_by_their_names_without_their_secrets()
    {
        var configuration = new ConfigurationManager();
        configuration.AddCommandLine(["--Sidecar:Clusters:standby:Targets=http://c:1", "--Sidecar:Clusters:standby:Affinity:Key=hunter2hunter2hunter2"]);

        var shown = Describe(configuration, OptionsReader.Read(configuration))["Sidecar:Clusters"];

        shown.ShouldContain("""{"standby":{"Targets":["http://c:1"]""");
        shown.ShouldNotContain("hunter2");
    }

    private static Dictionary<string, string> Describe(IConfiguration configuration, object options) =>
        new EffectiveConfiguration(configuration, new SidecarSettings(options as SidecarOptions ?? new()))
            .Describe(options, "Sidecar").ToDictionary(pair => pair.Key, pair => pair.Value!.ToJsonString());

    private sealed record Section
    {
        [Secret]
        public string Pin { get; init; } = "hunter2";

        public string DatabasePassword { get; init; } = "hunter2";

        public IReadOnlyList<Item> Items { get; init; } = [new Item("a", "hunter2")];
    }

    private sealed record Item(string Name, string ApiKey);
}
