using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Tests.Configuration;

public sealed class PatternsTests
{
    [Theory]
    [InlineData(StringComparison.Ordinal)]
    [InlineData(StringComparison.OrdinalIgnoreCase)]
    public void A_text_is_among_many_if_it_is_one_of_them_or_begins_like_one(StringComparison comparison)
    {
        var text = from length in Gen.Choose(0, 4) from seed in Gen.Choose(0, int.MaxValue) select new string(new Random(seed).GetItems<char>("aAbB-_", length));
        var pattern = from one in text from star in Gen.Elements("", "*") select one + star;

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000).WithQuietOnSuccess(true), Prop.ForAll(Arb.From(Gen.ListOf(pattern)), Arb.From(text), (patterns, one) =>
            new Patterns(patterns, comparison).Match(one) == patterns.Any(known => known.EndsWith('*') ? one.StartsWith(known[..^1], comparison) : one.Equals(known, comparison))));
    }
}
