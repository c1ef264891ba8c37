using FsCheck;
using FsCheck.Fluent;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Tests.Traffic.Routing;

public sealed class RequestPathProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(1000).WithQuietOnSuccess(true);

    private static readonly Gen<string> Path =
        from pieces in Gen.ListOf(Gen.Elements("/", ".", "..", "a", "%", "%2", "%2f", "%2F", "%61", "%7E", "%2e", "%zz", "~", ";", "%25", "B"))
        select "/" + string.Concat(pieces);

    [Fact]
    public void The_canonical_form_of_a_canonical_form_is_itself() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Path), path => RequestPath.Canonicalize(path) is not { } canonical || ReferenceEquals(RequestPath.Canonicalize(canonical), canonical)));

    [Fact]
    public void It_has_no_parameters_and_no_empty_segments() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Path), path => RequestPath.Canonicalize(path) is not { } canonical || !(canonical.Contains(';') || canonical.Contains("//", StringComparison.Ordinal))));

    [Fact]
    public void What_is_written_plainly_is_left_alone() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Path), path =>
            path.Contains('%') || path.Contains(';') || path.Contains("//", StringComparison.Ordinal) || RequestPath.Canonicalize(path) is not { } canonical || ReferenceEquals(canonical, path)));

    [Fact]
    public void A_dot_segment_is_found_however_it_is_written() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Path), Arb.From(Gen.Elements("..", ".", "%2e.", "%2E%2e", "%252e", ".%25252E")), Arb.From(Gen.Elements("/", "%2f", "%5C", ";", "%255c")), (before, dots, after) =>
            RequestPath.Canonicalize($"{before}/{dots}{after}x") is null));

    [Fact]
    public void The_rest_of_a_path_is_the_rest_of_its_canonical_form() =>
        Check.One(Runs, Prop.ForAll(Arb.From(Path), Arb.From(Gen.Choose(0, 9)), (path, length) =>
        {
            if (RequestPath.Canonicalize(path) is not { } canonical || canonical.Length < length)
                return true;
            var (begin, rest) = (path[..RequestPath.End(path, length)], path[RequestPath.End(path, length)..]);
            // Cut off, a name of dots may be a dot segment.
            return rest.Length == 0 || RequestPath.Canonicalize(begin) is not { } cut || cut.TrimEnd('/').Equals(canonical[..length].TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
        }));
}
