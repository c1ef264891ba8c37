using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Traffic.Routing;

namespace Sidecar.Proxy.Tests.Traffic.Routing;

public sealed class RequestPathProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(1000).WithQuietOnSuccess(true);

    private static readonly Gen<string> Path =
        from pieces in Gen.ListOf(Gen.Elements("/", ".", "..", "a", "%", "%2", "%2f", "%2F", "%61", "%7E", "%2e", "%zz", "~", ";", "%25", "B"))
        select "/" + string.Concat(pieces);

    [Fact]
    public void The_normal_form_of_a_normal_form_is_itself_unless_a_percent_was_left_bare() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Path), path =>
        {
            var normal = RequestPath.Normalize(path);
            return RequestPath.Normalize(normal) == normal || System.Text.RegularExpressions.Regex.IsMatch(path, "%(?![0-9A-Fa-f]{2})");
        }));

    [Fact]
    public void What_is_not_encoded_is_left_alone() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Path), path =>
            path.Contains('%', StringComparison.Ordinal) || ReferenceEquals(RequestPath.Normalize(path), path)));

    [Fact]
    public void A_dot_segment_is_found_however_it_is_written() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Path), Arb.From(Gen.Elements("..", ".", "%2e.", "%2E%2e")), Arb.From(Gen.Elements("/", "%2f", "%5C", ";")), (before, dots, after) =>
            RequestPath.HasDotSegment(RequestPath.Normalize($"{before}/{dots}{after}x"))));
}
