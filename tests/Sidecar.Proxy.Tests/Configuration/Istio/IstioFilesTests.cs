using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Tests.Configuration.Istio;

public sealed class IstioFilesTests : IDisposable
{
    private readonly IstioConfiguration _istio = new();

    public void Dispose() => _istio.Dispose();

    [Fact]
    public void A_VirtualService_becomes_routes_and_clusters()
    {
        var options = IstioConfiguration.Fixture("reviews.yaml", "Sidecar:Istio:Hosts:reviews/v1=http://10.0.0.1:9080", "Sidecar:Istio:Hosts:reviews/v2=http://10.0.0.2:9080, http://10.0.0.3:9080");

        options.Routes.Select(route => route.Name).ShouldBe(["reviews/testers/0", "reviews/testers/1", "reviews/moved", "reviews/2"]);
        var (jason, preview, moved, rest) = (options.Routes[0], options.Routes[1], options.Routes[2], options.Routes[3]);
        jason.Match.PathStart.ShouldBe("/reviews");
        jason.Match.Headers.Select(header => (header.Name, header.Exact)).ShouldBe([("end-user", "jason")]);
        jason.Cluster.ShouldBe("reviews|v2");
        (jason.Rewrite!.PathPrefix, jason.Rewrite.Host).ShouldBe(("/v2/reviews", "v2.reviews"));
        jason.RequestHeaders!.Set["x-stage"].ShouldBe("test");
        jason.RequestHeaders.Remove.ShouldBe(["x-debug"]);
        jason.ResponseHeaders!.Add["x-served-by"].ShouldBe("v2");
        preview.Match.Query.Select(parameter => (parameter.Name, parameter.Regex)).ShouldBe([("preview", "true|1")]);
        preview.Match.Headers.Select(header => (header.Name, header.Present)).ShouldBe([("x-bot", false)]);
        preview.Match.PathPrefix.ShouldBe("/");
        (moved.Match.Path, moved.Redirect!.Path, moved.Redirect.Host, moved.Redirect.StatusCode).ShouldBe(("/old", "/new", "www.example.com", 308));
        moved.Match.Methods.ShouldBe(["GET"]);
        rest.Split.Select(share => (share.Cluster, share.Weight)).ShouldBe([("reviews|v1", 90), ("reviews|v2", 10)]);
        (rest.Mirror!.Cluster, rest.Mirror.Percent).ShouldBe(("audit|9080", 12.5));
        options.Clusters["reviews|v1"].Targets.ShouldBe(["http://10.0.0.1:9080"]);
        options.Clusters["reviews|v2"].Targets.ShouldBe(["http://10.0.0.2:9080", "http://10.0.0.3:9080"]);
        options.Clusters["audit|9080"].Targets.ShouldBe(["http://audit:9080"]);
        (options.Clusters["reviews|v1"].MaxConnections, options.Clusters["reviews|v1"].ConnectTimeout).ShouldBe((100, TimeSpan.FromMilliseconds(30)));
        // A subset's field stands in for all of its host's.
        (options.Clusters["reviews|v2"].MaxConnections, options.Clusters["reviews|v2"].ConnectTimeout).ShouldBe((7, TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData("apphost")]
    [InlineData("bare")]
    [InlineData("container")]
    [InlineData("everything")]
    [InlineData("native")]
    public void What_the_publisher_writes_is_taken(string published)
    {
        var options = IstioConfiguration.Read(Path.Combine(AppContext.BaseDirectory, "Published", published, "istio"), "Sidecar:ServiceName=legacy-app");

        var route = options.Routes.ShouldHaveSingleItem();
        route.Cluster.ShouldBeNull();
        route.Match.Hosts.ShouldBe(published == "everything" ? ["legacy.example.com"] : []);
        options.Clusters.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_written_in_the_sidecars_own_words_comes_first()
    {
        var options = _istio.Routes("  - route: [{destination: {host: app}}]", "Sidecar:Routes:0:Name=own", "Sidecar:Routes:0:Match:Path=/own");

        options.Routes.Select(route => route.Name).ShouldBe(["own", "shop/0"]);
    }

    [Theory]
    [InlineData("Sidecar:ServiceName=ratings")]
    [InlineData("Sidecar:Istio:App=ratings")]
    public void The_host_that_is_the_application_goes_to_its_targets(string setting)
    {
        var options = _istio.Routes("  - route: [{destination: {host: ratings, port: {number: 8080}}}]", setting);

        options.Routes.ShouldHaveSingleItem().Cluster.ShouldBeNull();
        options.Clusters.ShouldBeEmpty();
    }

    [Fact]
    public void Other_hosts_are_asked_by_their_names() =>
        _istio.Routes("  - route: [{destination: {host: ratings.shop.svc.cluster.local}}]").Clusters["ratings.shop.svc.cluster.local"].Targets.ShouldBe(["http://ratings.shop.svc.cluster.local:80"]);

    [Fact]
    public void A_VirtualService_for_another_host_is_for_requests_that_name_it() =>
        _istio.Routes("  - route: [{destination: {host: ratings}}]").Routes[0].Match.Hosts.ShouldBe(["app", "app.default", "app.default.svc", "app.default.svc.cluster.local"]);

    [Fact]
    public void A_rule_for_the_application_says_how_it_is_reached()
    {
        var options = _istio.Parse(
            IstioConfiguration.DestinationRule("    connectionPool: {tcp: {connectTimeout: 1s, maxConnections: 9, maxConnectionDuration: 5m}, http: {idleTimeout: 7s, h2UpgradePolicy: UPGRADE}}"), "Sidecar:ServiceName=app");

        options.Upstream.ShouldSatisfyAllConditions(
            upstream => upstream.ConnectTimeout.ShouldBe(TimeSpan.FromSeconds(1)),
            upstream => upstream.MaxConnections.ShouldBe(9),
            upstream => upstream.MaxConnectionAge.ShouldBe(TimeSpan.FromMinutes(5)),
            upstream => upstream.IdleConnectionTimeout.ShouldBe(TimeSpan.FromSeconds(7)),
            upstream => upstream.Protocol.ShouldBe(UpstreamProtocol.Http2));
    }

    [Fact]
    public void A_host_that_is_to_be_secured_is_asked_so()
    {
        var rule = IstioConfiguration.DestinationRule("    tls: {mode: SIMPLE}").Replace("host: app", "host: bank.example", StringComparison.Ordinal);

        _istio.Parse($"{IstioConfiguration.VirtualService("  - route: [{destination: {host: bank.example}}]")}\n---\n{rule}").Clusters["bank.example"].Targets.ShouldBe(["https://bank.example:443"]);
    }

    [Theory]
    [InlineData("  - rewrite: {uriRegexRewrite: {match: '/u/([^/]+)', rewrite: '/x\\1$'}}", "/u/([^/]+)", "/x${1}$$")]
    public void An_expression_is_translated(string route, string regex, string replacement)
    {
        var rewrite = _istio.Routes(route + "\n    route: [{destination: {host: app}}]").Routes[0].Rewrite!;

        (rewrite.PathRegex, rewrite.Replacement).ShouldBe((regex, replacement));
    }

    [Fact]
    public void A_host_header_that_is_set_is_the_host_that_is_asked_for() =>
        _istio.Routes("  - headers: {request: {set: {Host: inner.example}}}\n    route: [{destination: {host: app}}]").Routes[0].Rewrite!.Host.ShouldBe("inner.example");

    [Fact]
    public void What_is_not_Istios_is_passed_over() =>
        _istio.Parse("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n---\n---\n# nothing\n").Routes.ShouldBeEmpty();

    [Theory]
    [InlineData("  - corsPolicy: {allowOrigins: [{exact: '*'}]}\n    route: [{destination: {host: app}}]", "istio.yaml:8: spec.http[0].corsPolicy is not supported; here these are: fault, headers, match, ")]
    [InlineData("  - route: [{destination: {host: app}}]\n  - match:\n    - uri: {exact: /a}\n      sourceLabels: {a: b}\n    route: [{destination: {host: app}}]", "istio.yaml:11: spec.http[1].match[0].sourceLabels is not supported; ")]
    [InlineData("  - match: [{uri: {suffix: x}}]\n    route: [{destination: {host: app}}]", "spec.http[0].match[0].uri.suffix is not supported; here these are: exact, prefix, regex")]
    [InlineData("  - match: [{method: {regex: x}}]\n    route: [{destination: {host: app}}]", "spec.http[0].match[0].method.regex is not supported; here these are: exact")]
    [InlineData("  - directResponse: {status: 200}\n    route: [{destination: {host: app}}]", "spec.http[0].directResponse is not supported; ")]
    [InlineData("  - redirect: {uri: /x, derivePort: FROM_REQUEST_PORT}", "spec.http[0].redirect.derivePort is not supported; ")]
    [InlineData("  - route:\n    - {destination: {host: app}, weight: 1, headers: {request: {}}}\n    - {destination: {host: app}, weight: 1}", "istio.yaml:9: spec.http[0].route[0].headers is not supported; ")]
    [InlineData("  - mirrors: [{destination: {host: a}}, {destination: {host: b}}]\n    route: [{destination: {host: app}}]", "spec.http[0].mirrors[1] is not supported; one mirror is")]
    [InlineData("  - headers: {request: {set: {x-a: '%REQ(y)%'}}}\n    route: [{destination: {host: app}}]", "spec.http[0].headers.request.set.x-a is not supported; values without")]
    [InlineData("  - match: [{uri: {regex: /.*}}]\n    rewrite: {uri: /x}\n    route: [{destination: {host: app}}]", "istio.yaml:9: spec.http[0].rewrite.uri is not supported; where match.uri is a regex")]
    [InlineData("  - name: empty", "istio.yaml:8: spec.http[0]: '' is not allowed; it must be a route with at least one destination")]
    [InlineData("  - route: [{weight: 1}]", "spec.http[0].route[0]: '' is not allowed; it must be a route with a destination")]
    [InlineData("  - route: [{destination: {host: app, subset: v1}}]", "spec.http[0].route[0].destination.subset: 'v1' is not allowed; it must be a subset whose address is under Sidecar:Istio:Hosts:app/v1")]
    [InlineData("  - route: {destination: {host: app}}", "spec.http[0].route: '' is not allowed; it must be a list")]
    [InlineData("  - match: [{uri: {regex: '('}}]\n    route: [{destination: {host: app}}]", "istio.yaml:8: spec.http[0].match[0].uri.regex: '(' is not allowed; it must be a regular expression")]
    [InlineData("  - match: [{uri: {prefix: x}}]\n    route: [{destination: {host: app}}]", "istio.yaml:8: spec.http[0].match[0].uri.prefix: 'x' is not allowed; it must be a path")]
    [InlineData("  - match: [{uri: {exact: /x, prefix: /y}}]\n    route: [{destination: {host: app}}]", "istio.yaml:8: spec.http[0].match[0].uri.exact: '/x' is not allowed; it must be one of")]
    [InlineData("  - route: [{destination: {host: app}, weight: 10}, {destination: {host: b}, weight: many}]", "istio.yaml:8: spec.http[0].route[1].weight: 'many' is not allowed; it must be a number from 0")]
    [InlineData("  - headers: {response: {remove: [Content-Length]}}\n    route: [{destination: {host: app}}]", "istio.yaml:8: spec.http[0] (ResponseHeaders:Remove): 'Content-Length' is not allowed; it must be names of headers")]
    public void A_route_that_cannot_be_is_named_with_its_place(string http, string message) => Fails(IstioConfiguration.VirtualService(http), message);

    [Theory]
    [InlineData("    portLevelSettings: []", "istio.yaml:8: spec.trafficPolicy.portLevelSettings is not supported; here these are: connectionPool, loadBalancer, outlierDetection, tls")]
    [InlineData("    loadBalancer: {simple: PASSTHROUGH}", "spec.trafficPolicy.loadBalancer.simple is not supported; ")]
    [InlineData("    loadBalancer:\n      consistentHash:\n        httpCookie: {name: user, ttl: 0s}", "istio.yaml:10: spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.ttl is not supported; ")]
    [InlineData("    loadBalancer: {consistentHash: {maglev: {}}}", "spec.trafficPolicy.loadBalancer.consistentHash.maglev is not supported; ")]
    [InlineData("    connectionPool: {http: {maxRequestsPerConnection: 1}}", "spec.trafficPolicy.connectionPool.http.maxRequestsPerConnection is not supported; ")]
    [InlineData("    outlierDetection: {consecutive5xxErrors: 5, consecutiveGatewayErrors: 5}", "spec.trafficPolicy.outlierDetection.consecutiveGatewayErrors is not supported; ")]
    [InlineData("    tls: {mode: ISTIO_MUTUAL}", "spec.trafficPolicy.tls.mode is not supported; here these are: DISABLE, MUTUAL, SIMPLE")]
    public void A_rule_that_cannot_be_is_named_with_its_place(string policy, string message) => Fails(IstioConfiguration.DestinationRule(policy), message);

    [Theory]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g}\nspec: {}", "istio.yaml:2: kind is not supported; of Istio's objects these are: VirtualService, DestinationRule")]
    [InlineData("apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: g}\nspec: {}", "istio.yaml:2: kind is not supported; ")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: g}\nspec: {hosts: [a], tcp: []}", "istio.yaml:4: spec.tcp is not supported; ")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: g}\nspec: {http: []}", "a VirtualService with hosts")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: g}\nspec: {host: '*.example'}", "spec.host is not supported; the name of one host is")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: DestinationRule\nspec: {host: a}", "an object with metadata.name and spec")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: g}\nspecs: {}\nspec: {hosts: [a]}", "istio.yaml:4: specs is not supported; ")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: g\n  namspace: x\nspec: {hosts: [a]}", "istio.yaml:5: metadata.namspace is not supported; ")]
    [InlineData("apiVersion: networking.istio.io/v2\nkind: VirtualService\nmetadata: {name: g}\nspec: {hosts: [a]}", "istio.yaml:1: apiVersion: 'networking.istio.io/v2' is not allowed; it must be one of networking.istio.io/v1, ")]
    [InlineData("apiVersion: networking.itsio.io/v1\nkind: DestinationRule\nmetadata: {name: g}\nspec: {host: a}", "istio.yaml:1: apiVersion: 'networking.itsio.io/v1' is not allowed")]
    [InlineData("apiVersion: v1\nkind: List\nitems: []", "istio.yaml:2: kind is not supported; each object has to be a document of its own")]
    [InlineData("kind: VirtualService", "an object with apiVersion and kind")]
    [InlineData("- a\n- b", "istio.yaml:1: '' is not allowed; it must be an object with apiVersion and kind")]
    [InlineData("a: 1\nb: [", "a YAML file that can be used: ")]
    [InlineData("a: 1\na: 2", "istio.yaml:2: ")]
    [InlineData("a: &x 1\nb: *x", "istio.yaml:1: ")]
    public void A_file_that_cannot_be_is_named_with_the_line(string yaml, string message) => Fails(yaml, message);

    [Fact]
    public void A_byte_order_mark_is_passed_over() => _istio.Parse("\uFEFF" + IstioConfiguration.VirtualService("  - redirect: {uri: /x}")).Routes.ShouldHaveSingleItem();

    [Fact]
    public void What_the_API_server_adds_is_passed_over() =>
        _istio.Parse("apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata: {name: g, uid: x, resourceVersion: '1', annotations: {a: b}}\nspec: {hosts: [app], http: [{redirect: {uri: /x}}]}\nstatus: {}").Routes.ShouldHaveSingleItem();

    [Fact]
    public void What_goes_deeper_than_anybody_writes_is_refused() => Fails(new string('[', 100_000), "nested more than 50 deep");

    [Fact]
    public void Two_rules_for_one_host_are_refused() =>
        Fails($"{IstioConfiguration.DestinationRule("    tls: {mode: DISABLE}")}\n---\n{IstioConfiguration.DestinationRule("    tls: {mode: DISABLE}")}", "spec.host: 'app' is not allowed; it must be a host that no other DestinationRule is for");

    [Theory]
    [InlineData("Sidecar:Istio:Files=/nowhere.yaml", "Sidecar:Istio:Files: '/nowhere.yaml' is not allowed; it must be YAML files that can be read: it is not there")]
    [InlineData("Sidecar:Istio:Files=", "the paths of files or folders")]
    [InlineData("Sidecar:Istio:Hosts:a=localhost:80", "Sidecar:Istio:Hosts:a: 'localhost:80' is not allowed; it must be an absolute http or https URL")]
    public void What_says_where_they_are_can_be_wrong_too(string setting, string message) =>
        Should.Throw<ConfigurationException>(() => _istio.Routes("  - route: [{destination: {host: app}}]", setting)).Problems.ShouldHaveSingleItem().ToString().ShouldContain(message);

    private void Fails(string yaml, string message)
    {
        var problem = Should.Throw<ConfigurationException>(() => _istio.Parse(yaml)).Problems.ShouldHaveSingleItem().ToString();

        problem.ShouldContain(message);
        problem.ShouldNotContain("\n");
    }
}
