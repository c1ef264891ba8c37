using System.Text.Json.Nodes;

namespace SidecarAspire.Pods.Tests.Pods;

/// <summary>What holds while the published Pod runs.</summary>
public sealed class PodTests(NativePod fixture) : IClassFixture<NativePod>
{
    private Pod Pod => fixture.Pod;

    [Fact]
    public async Task The_app_answers_through_the_sidecar()
    {
        var answer = await Pod.GetAsync($"{Pod.TrafficUrl}/");

        answer.Output.ShouldBe("Hello you!", answer.Error);
    }

    [Fact]
    public async Task The_apps_own_port_is_not_reachable_from_outside()
    {
        const int CannotConnect = 7;
        var inside = await Pod.App.InNetworkAsync("curl", "--silent", "http://127.0.0.1:3000/");
        var outside = await Pod.GetAsync($"http://{Pod.Address}:3000/");

        inside.Output.ShouldBe("Hello you!", inside.Error);
        outside.ExitCode.ShouldBe(CannotConnect, outside.Output + outside.Error);
    }

    [Theory]
    [InlineData("app", "1000")]
    [InlineData("sidecar", "1654")]
    public async Task Nobody_in_the_Pod_is_root_or_can_become_it(string container, string user)
    {
        var status = (await Of(container).ProcAsync("status")).Split('\n').Select(line => line.Split(':', 2)).Where(field => field.Length == 2).ToDictionary(field => field[0], field => field[1].Trim());

        status["Uid"].Split('\t').ShouldAllBe(id => id == user);
        status["Gid"].Split('\t').ShouldAllBe(id => id == user);
        foreach (var set in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" })
            status[set].ShouldBe("0000000000000000", set);
        status["NoNewPrivs"].ShouldBe("1");
    }

    [Theory]
    [InlineData("app")]
    [InlineData("sidecar")]
    public async Task The_root_is_read_only(string container)
    {
        var mounts = (await Of(container).ProcAsync("mounts")).Split('\n').Select(line => line.Split(' ')).Where(mount => mount.Length > 3).ToArray();

        mounts.Single(mount => mount[1] == "/")[3].Split(',').ShouldContain("ro");
        mounts.Where(mount => mount[1] is "/etc/sidecar").ShouldAllBe(mount => mount[3].StartsWith("ro,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_is_a_line_of_the_sidecars_output()
    {
        await Pod.GetAsync($"{Pod.TrafficUrl}/accounts/1001");

        var line = await Pod.Sidecar.LoggedAsync("/accounts/1001");

        line.ShouldMatch(@"legacy-app - http://localhost:3000 - /accounts/1001 - \d{13}$");
    }

    [Fact]
    public async Task The_mounted_configuration_is_in_force_and_shown_to_loopback_alone()
    {
        var inside = await Pod.Sidecar.InNetworkAsync("curl", "--silent", "--fail", "http://127.0.0.1:9901/config");
        var outside = await Pod.GetAsync($"{Pod.AdminUrl}/config");

        var timeout = JsonNode.Parse(inside.Output)!["Sidecar:Lifecycle:DrainTimeout"]!;
        timeout["value"]!.GetValue<string>().ShouldBe("25s");
        timeout["source"]!.GetValue<string>().ShouldBe("/etc/sidecar/sidecar.json");
        outside.ExitCode.ShouldNotBe(0, outside.Output);
    }

    [Fact]
    public async Task An_edited_ConfigMap_is_read_again()
    {
        await Pod.EditAsync("configuration", "sidecar.json", content => content["Sidecar"]!["Upstream"] = new JsonObject { ["ConnectTimeout"] = "3s" });

        var line = await Pod.Sidecar.LoggedAsync("Configuration reloaded");

        line.ShouldEndWith("changed: Sidecar:Upstream:ConnectTimeout");
    }

    [Fact]
    public async Task Prometheus_finds_the_metrics_where_the_annotations_point()
    {
        await Pod.GetAsync($"{Pod.TrafficUrl}/");

        var metrics = await Pod.GetAsync($"{Pod.AdminUrl}/metrics");

        metrics.Output.ShouldContain("http_server_request_duration_seconds_count");
    }

    [Fact]
    public async Task A_bad_value_ends_the_sidecar_with_one_line()
    {
        var run = await Pod.RunImageAsync("sidecar", "PORT", "eighty");

        run.ExitCode.ShouldBe(1);
        run.Error.Trim().ShouldBe("PORT: 'eighty' is not allowed; it must be a number from 0 to 65535");
    }

    private RunningContainer Of(string container) => container == "app" ? Pod.App : Pod.Sidecar;
}
