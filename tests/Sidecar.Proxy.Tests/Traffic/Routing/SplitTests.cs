using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Tests.Wire;
using Sidecar.Proxy.Upstream.LoadBalancing;

namespace Sidecar.Proxy.Tests.Traffic.Routing;

public sealed class SplitTests : IAsyncDisposable
{
    private readonly ScriptedApp _app = Routes.Named("app");
    private readonly ScriptedApp _other = Routes.Named("other");

    [Fact]
    public async Task Requests_are_dealt_by_weight()
    {
        await using var sidecar = await StartAsync(3, 1);

        var answers = new List<string>();
        for (var i = 0; i < 400; i++)
            answers.Add(await sidecar.GetAsync());

        // Seven standard deviations around 100.
        answers.Count(answer => answer.EndsWith("other", StringComparison.Ordinal)).ShouldBeInRange(40, 160);
        answers.ShouldAllBe(answer => answer.EndsWith("other", StringComparison.Ordinal) || answer.EndsWith("app", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_share_without_weight_gets_nothing()
    {
        await using var sidecar = await StartAsync(0, 1);

        for (var i = 0; i < 20; i++)
            (await sidecar.GetAsync()).ShouldEndWith("other");
    }

    [Theory]
    [InlineData("StickyBy:Header=X-User", "X-User: {0}")]
    [InlineData("StickyBy:Cookie=session", "Cookie: a=b; session={0}")]
    public async Task A_client_stays_with_its_share(string sticky, string header)
    {
        await using var sidecar = await StartAsync(1, 1, sticky);

        for (var user = 0; user < 20; user++)
        {
            var name = string.Format(null, header, $"user-{user}");
            var share = StableHash.Point($"user-{user}") < 0.5 ? "app" : "other";
            for (var i = 0; i < 3; i++)
                (await sidecar.GetAsync("/", name)).ShouldEndWith(share);
        }
    }

    [Fact]
    public async Task A_client_is_known_by_its_address_too()
    {
        await using var sidecar = await StartAsync(1, 1, "StickyBy:ClientAddress=true");
        var share = StableHash.Point("127.0.0.1") < 0.5 ? "app" : "other";

        for (var i = 0; i < 20; i++)
            (await sidecar.GetAsync()).ShouldEndWith(share);
    }

    [Fact]
    public async Task Who_has_no_key_is_dealt_by_chance()
    {
        await using var sidecar = await StartAsync(1, 1, "StickyBy:Header=X-User");

        // All but impossible to miss one: 2 in 2^64.
        var names = new HashSet<string>();
        for (var i = 0; i < 64 && names.Count < 2; i++)
            names.Add((await sidecar.GetAsync()).Split("\r\n\r\n")[1]);

        names.ShouldBe(["app", "other"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void Keys_are_spread_evenly_however_alike_they_are(double share)
    {
        var below = Enumerable.Range(0, 100_000).Count(i => StableHash.Point($"user-{i:D6}") < share);

        (below / 100_000.0).ShouldBe(share, 0.01);
    }

    [Fact]
    public void A_key_has_the_same_place_in_every_process()
    {
        StableHash.Point("").ShouldBe(0.93676944839044);
        StableHash.Point("user-1").ShouldBe(0.14953660803830315);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _other.DisposeAsync();
    }

    private Task<RunningSidecar> StartAsync(int appWeight, int otherWeight, string sticky = "Match:PathPrefix=/") => RunningSidecar.StartAsync(
        _app.Url, $"Sidecar:Clusters:other:Targets={_other.Url}", "Sidecar:Routes:0:Name=canary", $"Sidecar:Routes:0:{sticky}",
        $"Sidecar:Routes:0:Split:0:Weight={appWeight}", "Sidecar:Routes:0:Split:1:Cluster=other", $"Sidecar:Routes:0:Split:1:Weight={otherWeight}");
}
