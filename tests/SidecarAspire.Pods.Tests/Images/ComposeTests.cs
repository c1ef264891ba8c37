using System.Text.Json.Nodes;

namespace SidecarAspire.Pods.Tests.Images;

/// <summary>docker-compose.yaml, for people with only Docker.</summary>
public sealed class ComposeTests
{
    private readonly JsonObject _services = (JsonObject)YamlObjects.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yaml"))).Single()["services"]!;

    private JsonNode App => _services["app"]!;

    private JsonNode Sidecar => _services["sidecar"]!;

    [Fact]
    public void Only_the_sidecars_traffic_port_is_published()
    {
        var port = Sidecar["environment"]!["PORT"]!.GetValue<string>();

        Sidecar["network_mode"]!.GetValue<string>().ShouldBe("service:app");
        Sidecar["ports"].ShouldBeNull("a container in another's network cannot publish");
        App["ports"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldEndWith($":{port}");
    }

    [Fact]
    public void The_app_listens_on_loopback_where_the_sidecar_looks_for_it()
    {
        var (host, port) = (App["environment"]!["HOST"]!.GetValue<string>(), App["environment"]!["PORT"]!.GetValue<string>());

        Sidecar["environment"]!["TARGET"]!.GetValue<string>().ShouldBe($"http://{host}:{port}");
        System.Net.IPAddress.IsLoopback(System.Net.IPAddress.Parse(host)).ShouldBeTrue();
    }

    [Fact]
    public void Both_have_a_read_only_root_no_capabilities_and_no_way_to_gain_any()
    {
        foreach (var (name, service) in _services)
        {
            service!["read_only"]!.GetValue<bool>().ShouldBeTrue(name);
            service["cap_drop"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldBe("ALL");
            service["security_opt"]!.AsArray().Select(option => option!.GetValue<string>()).ShouldContain("no-new-privileges:true");
            service["user"].ShouldBeNull("the images name their users");
        }
    }

    [Fact]
    public void Health_is_asked_for_without_a_shell()
    {
        foreach (var check in _services.Select(service => service.Value!["healthcheck"]).OfType<JsonNode>())
            check["test"]![0]!.GetValue<string>().ShouldBe("CMD");
    }

    [Fact]
    public void The_images_are_those_that_build_images_builds_and_AppHost_publishes()
    {
        var appHost = File.ReadAllText(Path.Combine(Repository.Root, "SidecarAspire.AppHost", "AppHost.cs"));

        appHost.ShouldContain($"AppImage = \"{App["image"]}\"");
        appHost.ShouldContain($"SidecarImage = \"{Sidecar["image"]}\"");
    }
}
