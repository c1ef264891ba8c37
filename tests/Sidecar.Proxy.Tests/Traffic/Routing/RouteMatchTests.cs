using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Traffic.Routing;

public sealed class RouteMatchTests : IAsyncDisposable
{
    private readonly ScriptedApp _app = Routes.Named("app");
    private readonly ScriptedApp _other = Routes.Named("other");

    [Theory]
    [InlineData("Match:Path=/a", "/a", "/a/b")]
    [InlineData("Match:Path=/a", "/a?x=1", "/A")]
    [InlineData("Match:PathPrefix=/api", "/api/x", "/apis")]
    [InlineData("Match:PathPrefix=/api/", "/api/", "/apix")]
    [InlineData("Match:PathPrefix=/api/", "/api", "/")]
    [InlineData("Match:PathStart=/api/", "/api", "/apis")]
    [InlineData("Match:Path=/a", "/a/", "/a/b/")]
    [InlineData("Match:Path=/a/", "/a", "/")]
    [InlineData("Match:PathRegex=/v[0-9]", "/v1/", "/v1/x/")]
    [InlineData("Match:PathRegex=/v[0-9]/", "/v1", "/v12")]
    [InlineData("Match:PathPrefix=/api", "//api//x", "/x//api")]
    [InlineData("Match:PathPrefix=/api", "/;v=1/api;v=2/x", "/api%3Bv=2/x")]
    [InlineData("Match:PathPrefix=/api", "/%2561pi/x", "/%2Fapi/x")]
    [InlineData("Match:PathPrefix=/api", "/%61pi/x", "/api%2Fx")]
    [InlineData("Match:Path=/a%2fb", "/a%2Fb", "/a/b")]
    [InlineData("Match:PathStart=/api", "/apis", "/ap")]
    [InlineData("Match:PathRegex=/v[0-9]+/.*", "/v12/x", "/x/v1/y")]
    [InlineData("Match:PathRegex=/a|/b", "/b", "/bc")]
    [InlineData("Match:Methods=GET,POST", "/", null)]
    [InlineData("Match:Methods=POST", null, "/")]
    [InlineData("Match:Hosts=Shop.Example", "/", null)]
    [InlineData("Match:Hosts=*.example", "/", null)]
    [InlineData("Match:Hosts=example,*.shop.example,shop", null, "/")]
    public async Task A_route_is_found_by_path_method_and_host(string match, string? hit, string? miss)
    {
        await using var sidecar = await Routes.ToAsync(_app, _other, match);

        if (hit is not null)
            (await sidecar.GetAsync(hit)).ShouldEndWith("other");
        if (miss is not null)
            (await sidecar.GetAsync(miss)).ShouldEndWith("app");
    }

    [Theory]
    [InlineData("GET", "other")]
    [InlineData("HEAD", "other")]
    [InlineData("OPTIONS", "app")]
    public async Task HEAD_goes_with_GET(string method, string reached)
    {
        await using var sidecar = await Routes.ToAsync(_app, _other, "Match:Methods=GET", "ResponseHeaders:Set:X-Reached=other");

        using var client = await sidecar.ConnectAsync();
        await client.SendAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");

        (await client.ReadHeadAsync()).Contains("X-Reached: other", StringComparison.Ordinal).ShouldBe(reached == "other");
    }

    [Theory]
    [InlineData("post")]
    [InlineData("Get")]
    [InlineData("cONNECT")]
    public async Task A_known_method_in_another_case_is_refused(string method)
    {
        await using var sidecar = await RunningSidecar.StartAsync("http://127.0.0.1:1");

        (await sidecar.ExchangeAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n")).ShouldStartWith("HTTP/1.1 501 ");
    }

    [Fact]
    public async Task A_slash_at_the_end_matters_where_routes_are_written_with_and_without_it()
    {
        await using var sidecar = await RunningSidecar.StartAsync(
            _app.Url, $"Sidecar:Clusters:other:Targets={_other.Url}",
            "Sidecar:Routes:0:Name=file", "Sidecar:Routes:0:Match:Path=/docs",
            "Sidecar:Routes:1:Name=folder", "Sidecar:Routes:1:Match:PathPrefix=/docs/", "Sidecar:Routes:1:Cluster=other");

        (await sidecar.GetAsync("/docs")).ShouldEndWith("app");
        (await sidecar.GetAsync("/docs/")).ShouldEndWith("other");
        (await sidecar.GetAsync("/docs/x")).ShouldEndWith("other");
    }

    [Fact]
    public async Task A_redirect_that_adds_a_slash_does_not_meet_itself()
    {
        await using var sidecar = await Routes.OfAsync(_app, "Match:Path=/docs", "Redirect:Path=/docs/");

        (await sidecar.GetAsync("/docs")).ShouldContain("\r\nLocation: /docs/\r\n");
        (await sidecar.GetAsync("/docs/")).ShouldEndWith("app");
    }

    [Theory]
    [InlineData("Match:Path=/a;v=1")]
    [InlineData("Match:PathPrefix=/a//b")]
    [InlineData("Match:PathStart=//")]
    public void A_path_that_no_request_is_compared_as_stops_the_start(string match) =>
        Should.Throw<Sidecar.Proxy.Configuration.ConfigurationException>(() => OptionsOf.Settings("Sidecar:Routes:0:Name=one", $"Sidecar:Routes:0:{match}"))
            .Problems.ShouldHaveSingleItem().Allowed.ShouldBe("a path without parameters and empty segments, which are left out when paths are compared");

    [Fact]
    public async Task A_route_is_found_by_path_whatever_its_case_where_that_is_asked_for()
    {
        await using var sidecar = await Routes.ToAsync(_app, _other, "Match:PathRegex=/api/.*", "Match:IgnorePathCase=true");

        (await sidecar.GetAsync("/API/x")).ShouldEndWith("other");
    }

    [Theory]
    [InlineData("Exact=1", "X-Canary: 1", "X-Canary: 11")]
    [InlineData("Prefix=be", "x-canary: beta", "X-Canary: alpha")]
    [InlineData("Regex=(be|ga).*", "X-Canary: gamma", "X-Canary: x-beta")]
    [InlineData("Present=true", "X-Canary:", "X-Other: 1")]
    [InlineData("Present=false", "X-Other: 1", "X-Canary: 1")]
    [InlineData("Exact=a,b", "X-Canary: a\r\nX-Canary: b", "X-Canary: a")]
    public async Task A_route_is_found_by_header(string field, string hit, string miss)
    {
        await using var sidecar = await Routes.ToAsync(_app, _other, "Match:Headers:0:Name=X-Canary", $"Match:Headers:0:{field}");

        (await sidecar.GetAsync("/", hit)).ShouldEndWith("other");
        (await sidecar.GetAsync("/", miss)).ShouldEndWith("app");
    }

    [Fact]
    public async Task A_route_is_found_by_the_opposite_of_a_header()
    {
        await using var sidecar = await Routes.ToAsync(_app, _other, "Match:Headers:0:Name=X-Canary", "Match:Headers:0:Exact=1", "Match:Headers:0:Invert=true");

        (await sidecar.GetAsync("/")).ShouldEndWith("other");
        (await sidecar.GetAsync("/", "X-Canary: 2")).ShouldEndWith("other");
        (await sidecar.GetAsync("/", "X-Canary: 1")).ShouldEndWith("app");
    }

    [Theory]
    [InlineData("/?version=2", "/?Version=2")]
    [InlineData("/?a=1&version=2&version=3", "/?version=3&version=2")]
    [InlineData("/?%76ersion=%32", "/?version")]
    [InlineData("/x?version=2", "/version=2")]
    public async Task A_route_is_found_by_parameter_of_the_query(string hit, string miss)
    {
        await using var sidecar = await Routes.ToAsync(_app, _other, "Match:Query:0:Name=version", "Match:Query:0:Exact=2");

        (await sidecar.GetAsync(hit)).ShouldEndWith("other");
        (await sidecar.GetAsync(miss)).ShouldEndWith("app");
    }

    [Theory]
    [InlineData("Cookie: beta=yes", "Cookie: Beta=yes")]
    [InlineData("Cookie: a=1; beta=\"yes\"", "Cookie: a=beta=yes")]
    [InlineData("Cookie: a=1\r\nCookie: beta=yes", "Beta: yes")]
    public async Task A_route_is_found_by_cookie(string hit, string miss)
    {
        await using var sidecar = await Routes.ToAsync(_app, _other, "Match:Cookies:0:Name=beta", "Match:Cookies:0:Exact=yes");

        (await sidecar.GetAsync("/", hit)).ShouldEndWith("other");
        (await sidecar.GetAsync("/", miss)).ShouldEndWith("app");
    }

    [Fact]
    public async Task A_route_is_only_for_requests_that_have_all_it_asks_for()
    {
        await using var sidecar = await Routes.ToAsync(
            _app, _other, "Match:PathPrefix=/a", "Match:Headers:0:Name=X-A", "Match:Headers:0:Present=true", "Match:Headers:1:Name=X-B", "Match:Headers:1:Present=true");

        (await sidecar.GetAsync("/a", "X-A: 1")).ShouldEndWith("app");
        (await sidecar.GetAsync("/b", "X-A: 1", "X-B: 1")).ShouldEndWith("app");
        (await sidecar.GetAsync("/a", "X-A: 1", "X-B: 1")).ShouldEndWith("other");
    }

    [Fact]
    public async Task The_first_route_that_matches_is_taken_and_told_of()
    {
        await using var sidecar = await RunningSidecar.StartAsync(
            _app.Url, $"Sidecar:Clusters:other:Targets={_other.Url}",
            "Sidecar:Routes:0:Name=narrow", "Sidecar:Routes:0:Match:PathPrefix=/a/b", "Sidecar:Routes:0:Cluster=other",
            "Sidecar:Routes:1:Name=wide", "Sidecar:Routes:1:Match:PathPrefix=/a");
        using var metrics = new RecordedMetrics(sidecar);

        (await sidecar.GetAsync("/a/b")).ShouldEndWith("other");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.route"].ShouldBe("narrow");
        (await sidecar.GetAsync("/a/c")).ShouldEndWith("app");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.route"].ShouldBe("wide");
        (await sidecar.GetAsync("/b")).ShouldEndWith("app");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes.ContainsKey("sidecar.route").ShouldBeFalse();
        (await metrics.NextAsync("http.server.request.duration"))["sidecar.route"].ShouldBe("narrow");
    }

    [Theory]
    [InlineData("/public/../admin")]
    [InlineData("/public/%2e%2E/admin")]
    [InlineData("/public/..;x/admin")]
    [InlineData("/public%2f..%2fadmin")]
    [InlineData("/public/./x")]
    [InlineData("/..")]
    public async Task A_path_that_leads_elsewhere_is_refused_where_routes_go_by_the_path(string target)
    {
        await using var app = Routes.Named("app");
        await using var sidecar = await Routes.OfAsync(app, "Match:PathPrefix=/public");

        (await sidecar.GetAsync(target)).ShouldStartWith("HTTP/1.1 400 ");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["url.path"].ShouldBe(target);
    }

    [Theory]
    [InlineData("/public/.well-known/x")]
    [InlineData("/public/...")]
    [InlineData("/public/a..b/c.d")]
    [InlineData("/public/a%2Fb?q=/../")]
    public async Task Dots_that_lead_nowhere_go_on_byte_for_byte(string target)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await Routes.OfAsync(app, "Match:PathPrefix=/public");

        (await Routes.HeadAsync(sidecar, app, target)).ShouldStartWith($"GET {target} HTTP/1.1\r\n");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _other.DisposeAsync();
    }
}
