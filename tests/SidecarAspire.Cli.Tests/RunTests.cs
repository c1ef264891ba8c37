namespace SidecarAspire.Cli.Tests;

public sealed class RunTests(Topology topology)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Describe_shows_the_app_and_its_sidecar_running_and_healthy()
    {
        var table = await AspireCli.RunAsync("describe");
        var sidecar = await Topology.DescribeAsync(Topology.Sidecar);
        var app = await Topology.DescribeAsync(Topology.LegacyApp);

        table.ShouldContain(Topology.Sidecar);
        foreach (var resource in new[] { sidecar, app })
        {
            resource.GetProperty("state").GetString().ShouldBe("Running");
            resource.GetProperty("healthStatus").GetString().ShouldBe("Healthy");
        }

        using var client = topology.CreateClient();
        sidecar.GetProperty("urls").EnumerateArray().Single(url => url.GetProperty("name").GetString() == "http")
            .GetProperty("url").GetString().ShouldBe(client.BaseAddress!.GetLeftPart(UriPartial.Authority));
    }

    [Fact(Timeout = 90_000)]
    public async Task A_request_is_a_line_of_the_sidecars_log_and_a_trace_of_two_spans()
    {
        var path = $"/accounts/1001?caller={Guid.NewGuid():N}";
        using var client = topology.CreateClient();
        await client.GetStringAsync(path, Cancelled);

        await AspireCli.UntilAsync(output => output.Contains("] legacy-app - http://localhost:", StringComparison.Ordinal)
            && output.Contains(" - /accounts/1001 - ", StringComparison.Ordinal), "logs", Topology.Sidecar);
        await AspireCli.UntilAsync(output => output.Contains(path, StringComparison.Ordinal), "otel", "traces", Topology.Sidecar, "--format", "Json");

        var trace = (await AspireCli.JsonAsync("otel", "traces", Topology.Sidecar)).EnumerateArray().Single(trace => trace.GetRawText().Contains(path, StringComparison.Ordinal));
        trace.GetProperty("spans").EnumerateArray().Select(span => span.GetProperty("kind").GetString()).ShouldBe(["Server", "Client"]);
        (await AspireCli.RunAsync("otel", "traces", Topology.Sidecar)).ShouldContain("sidecar: GET");
    }

    [Fact(Timeout = 90_000)]
    public async Task A_restart_puts_another_process_in_the_old_ones_place()
    {
        var before = await ProcessIdAsync();

        await AspireCli.RunAsync("resource", Topology.Sidecar, "restart");
        await AspireCli.RunAsync("wait", Topology.Sidecar);

        (await ProcessIdAsync()).ShouldNotBe(before);
        using var client = topology.CreateClient();
        (await client.GetStringAsync("/", Cancelled)).ShouldBe("Hello you!");
    }

    [Fact(Timeout = 120_000)]
    public async Task Stop_leaves_nothing_running_and_it_starts_again()
    {
        (await topology.StopAsync()).ShouldContain("stopped successfully");
        using var client = topology.CreateClient();
        await Should.ThrowAsync<HttpRequestException>(() => client.GetStringAsync("/", Cancelled));

        await Topology.StartAsync();

        (await client.GetStringAsync("/", Cancelled)).ShouldBe("Hello you!");
    }

    private static async Task<int> ProcessIdAsync() =>
        (await Topology.DescribeAsync(Topology.Sidecar)).GetProperty("properties").GetProperty("executable.pid").GetInt32();
}
