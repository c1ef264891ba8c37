using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream.LoadBalancing;

public sealed class LoadBalancingTests : IAsyncDisposable
{
    private readonly MoodyApp _a = MoodyApp.Start("a");
    private readonly MoodyApp _b = MoodyApp.Start("b");
    private readonly MoodyApp _c = MoodyApp.Start("c");

    [Fact]
    public async Task Requests_go_to_one_target_after_the_other_unless_something_else_is_said()
    {
        await using var sidecar = await StartAsync();

        (await sidecar.NamesAsync(6)).ShouldBe("abcabc");
    }

    [Fact]
    public async Task A_target_gets_as_much_as_its_weight_says_and_not_all_of_it_at_once()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"{_a.Url};weight=5,{_b.Url};weight=3");

        var names = await sidecar.NamesAsync(16);

        names.Count(name => name == 'a').ShouldBe(10);
        names.ShouldNotContain("aaa");
    }

    [Fact]
    public async Task Least_requests_passes_over_who_is_busy()
    {
        await using var sidecar = await StartAsync("Sidecar:Upstream:LoadBalancing:Policy=leastrequests");
        var free = new TaskCompletionSource();
        (_a.Silence, _b.Silence) = (free.Task, free.Task);
        var busy = new[] { sidecar.GetAsync(), sidecar.GetAsync() };
        await Patience.UntilAsync(() => _a.Requests + _b.Requests == 2);

        var names = await sidecar.NamesAsync(6);

        free.SetResult();
        await Task.WhenAll(busy);
        names.ShouldBe("cccccc");
    }

    [Fact]
    public async Task Power_of_two_choices_takes_the_one_that_is_free()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"{_a.Url},{_b.Url}", "Sidecar:Upstream:LoadBalancing:Policy=poweroftwochoices");
        var free = new TaskCompletionSource();
        (_a.Silence, _b.Silence) = (free.Task, free.Task);
        var busy = sidecar.GetAsync();
        await Patience.UntilAsync(() => _a.Requests + _b.Requests == 1);
        var (taken, other) = _a.Requests == 1 ? ("a", "b") : ("b", "a");
        (_a.Silence, _b.Silence) = (null, null);

        var names = await sidecar.NamesAsync(8);

        free.SetResult();
        (await busy).ShouldEndWith(taken);
        names.ShouldBe(string.Concat(Enumerable.Repeat(other, 8)));
    }

    [Fact]
    public async Task First_leaves_the_others_standing_by()
    {
        await using var sidecar = await StartAsync("Sidecar:Upstream:LoadBalancing:Policy=first");

        (await sidecar.NamesAsync(4)).ShouldBe("aaaa");
    }

    [Fact]
    public async Task Random_uses_all_of_them()
    {
        await using var sidecar = await StartAsync("Sidecar:Upstream:LoadBalancing:Policy=random");

        // All but impossible to miss one: 3 * (2/3)^60.
        (await sidecar.NamesAsync(60)).Distinct().Count().ShouldBe(3);
    }

    [Theory]
    [InlineData("header:X-User", "X-User: ")]
    [InlineData("cookie:user", "Cookie: user=")]
    public async Task Consistent_hashing_sends_a_key_to_the_same_target_whichever_sidecar_it_comes_by(string source, string header)
    {
        string[] settings = ["Sidecar:Upstream:LoadBalancing:Policy=consistenthash", $"Sidecar:Upstream:LoadBalancing:HashOn={source}"];
        await using var one = await StartAsync(settings);
        await using var other = await RunningSidecar.StartAsync($"{_c.Url},{_a.Url},{_b.Url}", settings);

        var seen = "";
        for (var user = 0; user < 16; user++)
        {
            var names = await one.NamesAsync(2, header + user) + await other.NamesAsync(1, header + user);
            names.Distinct().Count().ShouldBe(1);
            seen += names[0];
        }

        seen.Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Consistent_hashing_goes_by_the_clients_address_when_there_is_no_key()
    {
        await using var sidecar = await StartAsync("Sidecar:Upstream:LoadBalancing:Policy=consistenthash", "Sidecar:Upstream:LoadBalancing:HashOn=header:X-User");

        (await sidecar.NamesAsync(6)).Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("TARGET=http://a:1;weight=0", "TARGET: 'http://a:1;weight=0' is not allowed; it must be an absolute http or https URL such as http://localhost:8080, or several, comma-separated, each with ;weight=1 to ;weight=1000 if wanted")]
    [InlineData("TARGET=http://a:1;weight=x", "weight=1 to")]
    [InlineData("Sidecar:Upstream:LoadBalancing:Policy=best", "one of roundrobin, random, leastrequests, poweroftwochoices, first, consistenthash")]
    [InlineData("Sidecar:Upstream:LoadBalancing:HashOn=header:X", "left out unless Policy is consistenthash")]
    [InlineData("Sidecar:Upstream:LoadBalancing:HashOn=body", "address, header:NAME or cookie:NAME")]
    [InlineData("Sidecar:Upstream:LoadBalancing:PanicPercent=101", "a number from 1 to 100")]
    public async Task What_cannot_be_is_refused_at_the_start(string setting, string allowed) =>
        (await Should.ThrowAsync<Sidecar.Proxy.Configuration.ConfigurationException>(() => RunningSidecar.StartWithoutTargetAsync(setting))).Message.ShouldContain(allowed);

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        await _c.DisposeAsync();
    }

    private Task<RunningSidecar> StartAsync(params string[] settings) => RunningSidecar.StartAsync($"{_a.Url},{_b.Url},{_c.Url}", settings);
}
