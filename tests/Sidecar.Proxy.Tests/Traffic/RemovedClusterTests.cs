using Microsoft.Extensions.DependencyInjection;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Traffic;

public sealed class RemovedClusterTests
{
    [Fact]
    public async Task A_request_on_its_way_to_a_cluster_that_a_reload_removes_does_not_go_elsewhere()
    {
        var time = new ManualTime();
        await using var app = Routes.Named("app");
        await using var other = Routes.Named("other");
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url,
            builder => builder.Services.AddSingleton<TimeProvider>(time),
            $"Sidecar:Clusters:other:Targets={other.Url}",
            "Sidecar:Routes:0:Name=one",
            "Sidecar:Routes:0:Cluster=other",
            "Sidecar:Routes:0:Resilience:Faults:Enabled=true",
            "Sidecar:Routes:0:Resilience:Faults:Delay:Percent=100",
            "Sidecar:Routes:0:Resilience:Faults:Delay:Duration=77s");
        var exchange = sidecar.GetAsync();
        await time.SomebodyWaitsAsync(TimeSpan.FromSeconds(77));

        sidecar.Reload(app.Url);
        (await sidecar.GetAsync()).ShouldEndWith("app");
        time.Advance(TimeSpan.FromSeconds(77));

        (await exchange).ShouldEndWith("other");
    }

    [Fact]
    public async Task A_copy_for_a_cluster_that_a_reload_removes_does_not_go_to_the_application()
    {
        await using var app = ScriptedApp.Start();
        await using var shadow = Routes.Named("shadow");
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, $"Sidecar:Clusters:shadow:Targets={shadow.Url}", "Sidecar:Routes:0:Name=one", "Sidecar:Routes:0:Mirror:Cluster=shadow");
        using var metrics = new RecordedMetrics(sidecar);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
        using var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("he");

        sidecar.Reload(app.Url);
        await client.SendAsync("llo");
        await connection.ReadThroughAsync("llo");
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\napp");

        (await client.ReadMessageAsync()).ShouldEndWith("app");
        (await metrics.NextAsync("sidecar.mirror.skipped"))["sidecar.mirror.reason"].ShouldBe("unavailable");
        app.Accepted.ShouldBe(1);
    }
}
