using Sidecar.Proxy.Tests.Wire;
using Sidecar.Proxy.Upstream.LoadBalancing;

namespace Sidecar.Proxy.Tests.Traffic;

public sealed class ClientBehindProxyTests
{
    private const string Trusted = "Sidecar:Headers:TrustedProxies=127.0.0.1";

    [Fact]
    public async Task Clients_behind_a_trusted_proxy_are_spread_by_their_own_addresses()
    {
        await using var a = Routes.Named("a");
        await using var b = Routes.Named("b");
        await using var sidecar = await RunningSidecar.StartAsync($"{a.Url},{b.Url}", Trusted, "Sidecar:Upstream:LoadBalancing:Policy=consistenthash");

        var names = "";
        for (var i = 0; i < 20; i++)
            names += (await sidecar.GetAsync("/", $"X-Forwarded-For: 10.0.0.{i}"))[^1];

        names.ShouldContain("a");
        names.ShouldContain("b");
    }

    [Fact]
    public async Task A_client_that_nobody_trusts_is_known_by_its_connection_whatever_it_says()
    {
        await using var a = Routes.Named("a");
        await using var b = Routes.Named("b");
        await using var sidecar = await RunningSidecar.StartAsync($"{a.Url},{b.Url}", "Sidecar:Upstream:LoadBalancing:Policy=consistenthash");

        var names = new HashSet<char>();
        for (var i = 0; i < 20; i++)
            names.Add((await sidecar.GetAsync("/", $"X-Forwarded-For: 10.0.0.{i}"))[^1]);

        names.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_client_behind_a_trusted_proxy_has_a_share_of_its_own()
    {
        await using var app = Routes.Named("app");
        await using var other = Routes.Named("other");
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url,
            Trusted,
            $"Sidecar:Clusters:other:Targets={other.Url}",
            "Sidecar:Routes:0:Name=one",
            "Sidecar:Routes:0:Split:0:Weight=1",
            "Sidecar:Routes:0:Split:1:Cluster=other",
            "Sidecar:Routes:0:StickyBy:ClientAddress=true");

        for (var i = 0; i < 20; i++)
            (await sidecar.GetAsync("/", $"X-Forwarded-For: 10.0.0.{i}")).ShouldEndWith(StableHash.Point($"10.0.0.{i}") < 0.5 ? "app" : "other");
    }
}
