using System.Text.Json.Nodes;

namespace SidecarAspire.Hosting.Tests.Publishing;

public sealed class PublishTests
{
    [Fact]
    public async Task A_native_sidecar_is_an_init_container_that_stays()
    {
        using var publication = await new Publication().RunAsync();
        var objects = PublishedObjects.Of(publication);

        var sidecar = PublishedObjects.Items(objects.Pod["initContainers"]).ShouldHaveSingleItem();
        sidecar["name"]!.GetValue<string>().ShouldBe("sidecar");
        sidecar["restartPolicy"]!.GetValue<string>().ShouldBe("Always");
        PublishedObjects.Items(objects.Pod["containers"]).ShouldHaveSingleItem()["name"]!.GetValue<string>().ShouldBe("app");
    }

    [Fact]
    public async Task For_older_clusters_it_is_a_container_like_the_app()
    {
        using var publication = await new Publication().RunAsync(options => options.Mode = SidecarMode.Container);
        var objects = PublishedObjects.Of(publication);

        objects.Pod["initContainers"].ShouldBeNull();
        PublishedObjects.Items(objects.Pod["containers"]).Select(container => container["name"]!.GetValue<string>()).ShouldBe(["app", "sidecar"]);
        objects.Container("sidecar")["restartPolicy"].ShouldBeNull();
    }

    [Fact]
    public async Task The_command_line_has_the_last_word_on_an_option()
    {
        using var publication = new Publication("--k8s:Mode=Container", "--k8s:Autoscaling:Enabled=false", "--k8s:Replicas=5");

        await publication.RunAsync(options => options.Replicas = 3);

        var objects = PublishedObjects.Of(publication);
        objects.Pod["initContainers"].ShouldBeNull();
        objects["Deployment"]["spec"]!["replicas"]!.GetValue<long>().ShouldBe(5);
    }

    [Fact]
    public async Task When_the_app_is_run_nothing_is_added()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });

        builder.AddSidecarKubernetes("k8s", _ => { });

        builder.Resources.ShouldBeEmpty();
        await builder.Build().DisposeAsync();
    }

    [Fact]
    public async Task Each_app_with_a_sidecar_has_a_folder_and_finds_the_other_at_its_Service()
    {
        using var publication = new Publication();
        var billing = publication.AddApp("billing");
        billing.WithSidecar(publication.AddSidecar("billing-sidecar"));
        publication.App.WithEnvironment("BILLING_URL", billing.GetEndpoint("http"));

        await publication.RunAsync(options => options.ServicePort = options.App.Name == "billing" ? 8000 : 80);

        PublishedObjects.Of(publication, "billing/kubernetes")["Service"]["metadata"]!["name"]!.GetValue<string>().ShouldBe("billing");
        PublishedObjects.Of(publication, "legacy-app/kubernetes").Variable("app", "BILLING_URL").ShouldBe("http://billing:8000");
        publication.Files.Keys.ShouldAllBe(path => path.StartsWith("billing/", StringComparison.Ordinal) || path.StartsWith("legacy-app/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_environment_has_a_folder_when_there_are_several()
    {
        using var publication = new Publication();
        publication.AddEnvironment("old", options => options.Mode = SidecarMode.Container);

        await publication.RunAsync();

        PublishedObjects.Of(publication, "old/kubernetes").Pod["initContainers"].ShouldBeNull();
        PublishedObjects.Of(publication, "k8s/kubernetes").Pod["initContainers"].ShouldNotBeNull();
    }

    [Fact]
    public async Task The_last_word_on_an_object_is_the_users()
    {
        using var publication = await new Publication().RunAsync(options => options.Customize = tree => tree["metadata"]!["annotations"] = new JsonObject { ["owner"] = "payments" });

        PublishedObjects.Of(publication).All.ShouldAllBe(value => value["metadata"]!["annotations"]!["owner"]!.GetValue<string>() == "payments");
        PublishedObjects.Of(publication, "istio").All.ShouldAllBe(value => value["metadata"]!["annotations"]!["owner"]!.GetValue<string>() == "payments");
    }

    [Fact]
    public async Task The_sidecars_configuration_is_beside_the_times_of_the_drain()
    {
        using var publication = await new Publication().RunAsync(options => options.Configuration["Upstream"] = new JsonObject { ["ConnectTimeout"] = "3s" });

        var file = JsonNode.Parse(PublishedObjects.Of(publication)["ConfigMap"]["data"]!["sidecar.json"]!.GetValue<string>())!["Sidecar"]!;
        file["Upstream"]!["ConnectTimeout"]!.GetValue<string>().ShouldBe("3s");
        file["Lifecycle"]!["DrainTimeout"]!.GetValue<string>().ShouldBe("25s");
    }

    [Fact]
    public async Task A_native_sidecar_which_Kubernetes_stops_last_begins_to_drain_at_once()
    {
        using var publication = await new Publication().RunAsync();

        PublishedObjects.Of(publication).Container("sidecar")["lifecycle"]!["preStop"]!["exec"]!["command"]!.AsArray().Select(word => word!.GetValue<string>())
            .ShouldBe(["/app/Sidecar.Proxy", "drain"]);
    }

    [Fact]
    public async Task A_sidecar_that_gets_SIGTERM_at_once_needs_no_hook()
    {
        using var publication = await new Publication().RunAsync(options => options.Mode = SidecarMode.Container);

        PublishedObjects.Of(publication).Container("sidecar")["lifecycle"].ShouldBeNull();
    }

    [Theory]
    [InlineData(SidecarMode.Native)]
    [InlineData(SidecarMode.Container)]
    public async Task The_app_is_held_back_until_the_sidecar_has_drained(SidecarMode mode)
    {
        using var publication = await new Publication().RunAsync(options => options.Mode = mode);

        var hook = PublishedObjects.Of(publication).Container("app")["lifecycle"]!["preStop"]!["httpGet"]!;
        hook["path"]!.GetValue<string>().ShouldBe("/drained");
        hook["port"]!.GetValue<long>().ShouldBe(9901);
    }

    [Fact]
    public async Task An_app_that_would_end_before_its_sidecar_has_drained_is_warned_of()
    {
        using var publication = new Publication();

        var lines = await publication.LogAsync(options => options.AppPreStop = PreStop.None);

        lines.ShouldContain(line => line.StartsWith("Warning: 'legacy-app' gets SIGTERM while its sidecar still has requests for it", StringComparison.Ordinal));
        lines.ShouldContain(line => line.EndsWith($"files in {publication.Folder}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_is_held_back_is_not()
    {
        using var publication = new Publication();

        var lines = await publication.LogAsync();

        lines.ShouldHaveSingleItem().ShouldStartWith("Information: ");
    }
}
