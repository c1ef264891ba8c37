using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Traffic;

public sealed class FailoverTests
{
    [Fact]
    public async Task Another_cluster_takes_over_while_too_few_targets_can_be_used()
    {
        var time = new ManualTime();
        await using var a = MoodyApp.Start("a");
        await using var b = MoodyApp.Start("b");
        await using var other = MoodyApp.Start("z");
        await using var sidecar = await RunningSidecar.StartAsync(
            $"{a.Url},{b.Url}",
            time.Drive,
            "Sidecar:Upstream:OutlierDetection:ConsecutiveFailures=1",
            "Sidecar:Upstream:OutlierDetection:BaseEjectionTime=30s",
            "Sidecar:Upstream:Failover:Cluster=standby",
            "Sidecar:Upstream:Failover:MinHealthyPercent=60",
            $"Sidecar:Clusters:standby:Targets={other.Url}");
        (await sidecar.NamesAsync(4)).ShouldBe("abab");

        a.Status = 503;
        await sidecar.NamesAsync(2);

        // One of two is less than 60 percent.
        (await sidecar.NamesAsync(4)).ShouldBe("zzzz");
        a.Status = 200;
        time.Advance(TimeSpan.FromSeconds(30));
        (await sidecar.NamesAsync(4)).Order().ShouldBe("aabb");
    }

    [Theory]
    [InlineData("Sidecar:Upstream:Failover:Cluster=nowhere", "Sidecar:Upstream:Failover:Cluster: 'nowhere' is not allowed; it must be one of the keys of Sidecar:Clusters: b, c")]
    [InlineData("Sidecar:Clusters:b:Failover:Cluster=c", "Sidecar:Clusters:b:Failover:Cluster: 'c' is not allowed; it must be a cluster whose own failover does not lead back")]
    [InlineData("Sidecar:Upstream:Failover:MinHealthyPercent=50", "a key of Sidecar:Clusters")]
    [InlineData("Sidecar:Upstream:Failover:MinHealthyPercent=0", "a number from 1 to 100")]
    public async Task What_cannot_be_is_refused_at_the_start(string setting, string allowed) =>
        (await Should.ThrowAsync<ConfigurationException>(() => RunningSidecar.StartAsync(
            "http://127.0.0.1:1",
            "Sidecar:Upstream:CircuitBreaker:FailurePercent=50",
            "Sidecar:Clusters:b:CircuitBreaker:FailurePercent=50",
            "Sidecar:Clusters:c:CircuitBreaker:FailurePercent=50",
            "Sidecar:Clusters:c:Failover:Cluster=b",
            setting))).Message.ShouldContain(allowed);

    [Fact]
    public async Task Failover_without_anything_that_finds_targets_unusable_is_refused() =>
        (await Should.ThrowAsync<ConfigurationException>(() => RunningSidecar.StartAsync("http://127.0.0.1:1", "Sidecar:Clusters:b:Protocol=http1", "Sidecar:Upstream:Failover:Cluster=b")))
            .Message.ShouldContain("left out unless OutlierDetection, CircuitBreaker or HealthChecks says when a target may not be used");
}
