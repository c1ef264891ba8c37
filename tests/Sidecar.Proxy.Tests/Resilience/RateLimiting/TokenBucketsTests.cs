using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Resilience;
using Sidecar.Proxy.Resilience.RateLimiting;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.RateLimiting;

public sealed class TokenBucketsTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);

    private readonly ManualTime _time = new();

    [Fact]
    public void Whoever_invents_keys_gets_no_more_than_so_many_buckets()
    {
        var buckets = new TokenBuckets(null, new() { PerSecond = 1, Burst = 2, MaxKeys = 5_000 }, _time);

        var passed = Enumerable.Range(1, 100_000).Count(key => buckets.TryTake((UInt128)key, 0, Urgency.Ordinary, out _));

        buckets.Keys.ShouldBe(5_000);
        passed.ShouldBe(5_002);
    }

    [Fact]
    public void Who_is_known_is_counted_on_when_there_are_too_many()
    {
        var buckets = new TokenBuckets(null, new() { PerSecond = 1, MaxKeys = 1 }, _time);
        buckets.TryTake(1, 0, Urgency.Ordinary, out _).ShouldBeTrue();
        buckets.TryTake(2, 0, Urgency.Ordinary, out _).ShouldBeTrue();
        buckets.TryTake(3, 0, Urgency.Ordinary, out _).ShouldBeFalse();

        buckets.TryTake(1, 0, Urgency.Ordinary, out _).ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        buckets.TryTake(1, 0, Urgency.Ordinary, out _).ShouldBeTrue();
    }

    [Fact]
    public void Who_invents_keys_takes_them_from_no_other_network()
    {
        var buckets = new TokenBuckets(null, new() { PerSecond = 1, MaxKeys = 1_000 }, _time);
        for (var key = 1; key <= 5_000; key++)
            buckets.TryTake((UInt128)key, network: 1, Urgency.Ordinary, out _);

        OthersThatPass().ShouldBe(400);

        buckets.TryTake(20_000, network: 1, Urgency.Ordinary, out _).ShouldBeFalse("the network has used up its own allowance");
        OthersThatPass().ShouldBe(0, "each is counted on its own");
        buckets.Keys.ShouldBe(1_000);

        int OthersThatPass() => Enumerable.Range(10_001, 400).Count(key => buckets.TryTake((UInt128)key, (UInt128)key, Urgency.Ordinary, out _));
    }

    [Fact]
    public void Who_pauses_is_forgotten()
    {
        var buckets = new TokenBuckets(null, new() { PerSecond = 1, Burst = 2 }, _time);
        for (var key = 1; key <= 3_000; key++)
            buckets.TryTake((UInt128)key, 0, Urgency.Ordinary, out _);
        buckets.Keys.ShouldBe(3_000);

        _time.Advance(TimeSpan.FromSeconds(3));
        buckets.TryTake(5_000, 0, Urgency.Ordinary, out _);

        buckets.Keys.ShouldBe(1);
    }

    [Fact]
    public void Nobody_gets_more_than_the_burst_and_what_flows_in() => Check.One(Runs, Prop.ForAll(Arb.From(Gen.Choose(1, 1_000)), Arb.From(Gen.Choose(1, 100)), Arb.From(Gen.ListOf(Gen.Choose(0, 5_000))), (perSecond, depth, pauses) =>
    {
        var time = new ManualTime();
        var buckets = new TokenBuckets(null, new() { PerSecond = perSecond, Burst = depth }, time);
        var (passed, elapsed) = (0, TimeSpan.Zero);
        foreach (var pause in pauses)
        {
            var by = TimeSpan.FromMilliseconds(pause);
            time.Advance(by);
            elapsed += by;
            while (buckets.TryTake(1, 0, Urgency.Ordinary, out _))
                passed++;
        }

        // One more, because an interval is a whole number of ticks.
        return passed <= depth + (elapsed.TotalSeconds * perSecond) + 1;
    }));

    [Fact]
    public void Who_waits_for_exactly_as_long_as_it_is_told_is_let_in() => Check.One(Runs, Prop.ForAll(Arb.From(Gen.Choose(1, 1_000)), Arb.From(Gen.Choose(1, 100)), (perSecond, depth) =>
    {
        var time = new ManualTime();
        var buckets = new TokenBuckets(null, new() { PerSecond = perSecond, Burst = depth }, time);
        TimeSpan wait;
        while (buckets.TryTake(1, 0, Urgency.Ordinary, out wait))
        {
        }

        time.Advance(wait - TimeSpan.FromTicks(1));
        if (buckets.TryTake(1, 0, Urgency.Ordinary, out _))
            return false;
        time.Advance(TimeSpan.FromTicks(1));
        return buckets.TryTake(1, 0, Urgency.Ordinary, out _);
    }));
}
