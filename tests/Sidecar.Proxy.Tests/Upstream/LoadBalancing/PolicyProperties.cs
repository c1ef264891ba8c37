using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Upstream.LoadBalancing;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Tests.Upstream.LoadBalancing;

public sealed class PolicyProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(200).WithQuietOnSuccess(true);

    private static readonly Gen<int[]> Weights = from count in Gen.Choose(1, 6) from weights in Gen.ArrayOf(Gen.Choose(1, 40), count) select weights;

    [Fact]
    public void Every_round_is_exact_whatever_the_weights() => Check.One(Runs, Prop.ForAll(Arb.From(Weights), weights =>
    {
        var (targets, policy) = (Targets(weights), new RoundRobinPolicy());
        var rounds = weights.All(weight => weight == weights[0]) ? weights.Length : weights.Sum();
        var picked = Enumerable.Range(0, 2 * rounds).Select(_ => policy.Pick(new DefaultHttpContext(), targets)).GroupBy(target => target).ToDictionary(group => group.Key, group => group.Count());
        var scale = 2 * rounds / weights.Sum();
        return targets.All(target => picked[target] == (scale == 0 ? 2 : scale * target.Weight));
    }));

    [Fact]
    public void Only_the_keys_of_a_target_that_goes_move() => Check.One(Runs, Prop.ForAll(Arb.From(Weights.Where(weights => weights.Length > 1)), weights =>
    {
        var (targets, policy) = (Targets(weights), new ConsistentHashPolicy(new HashSource("X-Key", null)));
        var (gone, left) = (targets[0], targets[1..]);
        return Enumerable.Range(0, 50).Select(Context).All(context => policy.Pick(context, targets) is var before && (before == gone || policy.Pick(context, left) == before));
    }));

    [Fact]
    public void Keys_are_spread_by_weight()
    {
        var (targets, policy) = (Targets([1, 3]), new ConsistentHashPolicy(new HashSource("X-Key", null)));

        var light = Enumerable.Range(0, 4000).Select(Context).Count(context => policy.Pick(context, targets) == targets[0]);

        // A fixed set of keys, so always the same number; five standard deviations of chance would be 137.
        light.ShouldBeInRange(1000 - 137, 1000 + 137);
    }

    private static Target[] Targets(int[] weights) =>
        [.. new Cluster(null, new UpstreamOptions { Targets = [.. weights.Select((weight, i) => $"http://10.0.0.{i}:80;weight={weight}")] }).Targets];

    private static DefaultHttpContext Context(int key)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["X-Key"] = $"user-{key}";
        return context;
    }
}
