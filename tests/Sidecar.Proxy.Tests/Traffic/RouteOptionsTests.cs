using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Traffic;

public sealed class RouteOptionsTests
{
    [Theory]
    [InlineData("Name=", "Name", "at least one character")]
    [InlineData("Cluster=nowhere", "Cluster", "one of the Clusters: blue, green")]
    [InlineData("Mirror:Cluster=nowhere", "Mirror:Cluster", "one of the Clusters: blue, green")]
    [InlineData("Mirror:Percent=101", "Mirror:Percent", "from 0 to 100")]
    [InlineData("Mirror:MaxBodyBytes=-1", "Mirror:MaxBodyBytes", "from 0 to 16777216")]
    [InlineData("Split:0:Cluster=nowhere", "Split:0:Cluster", "one of the Clusters: blue, green")]
    [InlineData("Split:0:Weight=-1", "Split:0:Weight", "from 0 to 1000000")]
    [InlineData("Split:0:Weight=0", "Split", "at least one share with a Weight above 0")]
    [InlineData("Split:0:Weight=1;Cluster=blue", "Cluster", "left out where there is a Split")]
    [InlineData("StickyBy:Header=X", "StickyBy", "left out where there is no Split")]
    [InlineData("Split:0:Weight=1;StickyBy:Header=X;StickyBy:Cookie=Y", "StickyBy:Header", "exactly one of Header, Cookie and ClientAddress")]
    [InlineData("Match:Path=x", "Match:Path", "a path such as /api")]
    [InlineData("Match:Path=/x?y", "Match:Path", "a path such as /api")]
    [InlineData("Match:PathPrefix=/a/../b", "Match:PathPrefix", "without dot segments")]
    [InlineData("Match:Path=/x;Match:PathPrefix=/y", "Match:Path", "one of Path, PathPrefix, PathStart and PathRegex")]
    [InlineData("Match:PathRegex=(", "Match:PathRegex", "a regular expression")]
    [InlineData("Match:PathRegex=a)|(b", "Match:PathRegex", "a regular expression")]
    [InlineData("Match:PathRegex=(a)\\1", "Match:PathRegex", "without back-references")]
    [InlineData("Match:PathRegex=(?=a)", "Match:PathRegex", "look-arounds")]
    [InlineData("Match:Methods=get", "Match:Methods", "in upper case")]
    [InlineData("Match:Hosts=a:80", "Match:Hosts", "without port")]
    [InlineData("Match:Headers:0:Name=X", "Match:Headers:0:Name", "exactly one of Exact, Prefix, Regex and Present")]
    [InlineData("Match:Headers:0:Name=X;Match:Headers:0:Exact=1;Match:Headers:0:Prefix=2", "Match:Headers:0:Name", "exactly one of")]
    [InlineData("Match:Headers:0:Name=X Y;Match:Headers:0:Exact=1", "Match:Headers:0:Name", "the name of a header")]
    [InlineData("Match:Query:0:Exact=1", "Match:Query:0:Name", "at least one character")]
    [InlineData("Match:Cookies:0:Name=a;Match:Cookies:0:Regex=[", "Match:Cookies:0:Regex", "a regular expression")]
    [InlineData("Rewrite:PathPrefix=/x", "Rewrite:PathPrefix", "left out unless Match has")]
    [InlineData("Rewrite:Path=/x;Rewrite:PathRegex=a;Rewrite:Replacement=b", "Rewrite:Path", "one of Path, PathPrefix and PathRegex")]
    [InlineData("Rewrite:PathRegex=a", "Rewrite:Replacement", "given together with PathRegex")]
    [InlineData("Rewrite:PathRegex=a;Rewrite:Replacement=b c", "Rewrite:Replacement", "a part of a path")]
    [InlineData("Rewrite:Host=a b", "Rewrite:Host", "a host such as")]
    [InlineData("Redirect:StatusCode=200;Redirect:Path=/x", "Redirect:StatusCode", "301, 302, 303, 307 or 308")]
    [InlineData("Redirect:Scheme=ftp", "Redirect:Scheme", "http or https")]
    [InlineData("Redirect:StatusCode=301", "Redirect:Host", "at least one of Scheme, Host, Path and PathPrefix")]
    [InlineData("Redirect:Path=/x;Cluster=blue", "Cluster", "left out where there is a Redirect")]
    [InlineData("Redirect:Path=/x;Mirror:Cluster=blue", "Mirror", "left out where there is a Redirect")]
    [InlineData("RequestHeaders:Set:Host=x", "RequestHeaders:Set", "other than Host")]
    [InlineData("RequestHeaders:Add:content-length=1", "RequestHeaders:Add", "other than Host")]
    [InlineData("RequestHeaders:Remove=Transfer-Encoding", "RequestHeaders:Remove", "other than Host")]
    [InlineData("RequestHeaders:Remove=traceparent", "RequestHeaders:Remove", "other than Host")]
    [InlineData("RequestHeaders:Set:X Y=1", "RequestHeaders:Set", "names of headers")]
    [InlineData("RequestHeaders:Set:X=1\r\nY: 2", "RequestHeaders:Set", "names of headers")]
    [InlineData("ResponseHeaders:Remove=Connection", "ResponseHeaders:Remove", "other than Host")]
    public void A_bad_route_is_named_with_what_is_allowed(string route, string key, string allowed)
    {
        var problem = Should.Throw<ConfigurationException>(() => Read(route)).Problems.ShouldHaveSingleItem();

        problem.Key.ShouldBe($"Sidecar:Routes:0:{key}");
        problem.Allowed.ShouldContain(allowed);
        problem.ToString().ShouldNotContain("\n");
    }

    [Fact]
    public void A_cluster_is_missed_where_there_are_none() =>
        Should.Throw<ConfigurationException>(() => OptionsOf.Settings("Sidecar:Routes:0:Name=a", "Sidecar:Routes:0:Cluster=b")).Problems.ShouldHaveSingleItem()
            .ToString().ShouldBe("Sidecar:Routes:0:Cluster: 'b' is not allowed; it must be left out, for there are no Clusters");

    [Fact]
    public void Two_routes_have_two_names() =>
        Should.Throw<ConfigurationException>(() => OptionsOf.Settings("Sidecar:Routes:0:Name=a", "Sidecar:Routes:1:Name=A")).Problems.ShouldHaveSingleItem()
            .ToString().ShouldBe("Sidecar:Routes:1:Name: 'A' is not allowed; it must be a name that no route before it has");

    [Fact]
    public void A_route_can_say_all_there_is_to_say()
    {
        var route = Read("Match:PathRegex=/a;Match:Hosts=*.example.com,10.0.0.1;Match:Headers:0:Name=X;Match:Headers:0:Present=false;Split:0:Weight=9;Split:1:Cluster=blue;StickyBy:Cookie=s;Rewrite:Host=a:1;Mirror:Cluster=green;RequestHeaders:Set:X=").Routes[0];

        route.Match.Headers[0].Present.ShouldBe(false);
        route.Split.Select(share => (share.Cluster, share.Weight)).ShouldBe([(null, 9), ("blue", 1)]);
        route.StickyBy!.Cookie.ShouldBe("s");
        route.Mirror!.MaxBodyBytes.ShouldBe(65536);
        route.RequestHeaders!.Set["X"].ShouldBe("");
    }

    private static SidecarOptions Read(string route) => OptionsOf.Settings(
    [
        .. route.StartsWith("Name", StringComparison.Ordinal) ? [] : new[] { "Sidecar:Routes:0:Name=one" },
        "Sidecar:Clusters:blue:Targets=http://blue",
        "Sidecar:Clusters:green:Targets=http://green",
        .. route.Split(';').Select(setting => $"Sidecar:Routes:0:{setting}"),
    ]);
}
