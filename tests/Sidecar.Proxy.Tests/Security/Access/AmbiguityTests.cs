using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Access;

/// <summary>No spelling of a request gets past a rule: every spelling × every kind of rule × every transport.</summary>
public sealed class AmbiguityTests
{
    /// <summary>Rules that keep everybody out of /admin, and what stands beside them.</summary>
    private static readonly Dictionary<string, string[]> Rules = new()
    {
        ["Path"] = ["Match:Path=/admin"],
        ["Path with a slash"] = ["Match:Path=/admin/"],
        ["PathPrefix"] = ["Match:PathPrefix=/admin"],
        ["PathPrefix with a slash"] = ["Match:PathPrefix=/admin/"],
        ["PathStart"] = ["Match:PathStart=/adm"],
        ["PathRegex"] = ["Match:PathRegex=/adm[a-z]+(/.*)?"],
        ["Any case"] = ["Match:PathPrefix=/Admin", "Match:IgnorePathCase=true"],
        ["Methods"] = ["Match:PathPrefix=/admin", "Match:Methods=GET,POST,DELETE"],
        ["Host"] = ["Match:PathPrefix=/admin", "Match:Hosts=shop.example"],
        ["Upgrade header"] = ["Match:PathPrefix=/admin", "Match:Headers:0:Name=upgrade", "Match:Headers:0:Exact=websocket"],
        ["Rewritten"] = ["Match:PathPrefix=/admin", "Rewrite:PathPrefix=/inner"],
    };

    public static TheoryData<string, Transport> Product => new(from rule in Rules.Keys from transport in Enum.GetValues<Transport>() where rule != "Upgrade header" || transport is Transport.Upgrade or Transport.ExtendedConnect select (rule, transport));

    public static TheoryData<Transport> Transports => new(Enum.GetValues<Transport>());

    [Theory]
    [MemberData(nameof(Product))]
    public async Task No_spelling_of_a_path_gets_past_a_rule(string rule, Transport transport)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var own = await StartAsync(app, rule, isOwn: true);
        await using var inherited = await StartAsync(app, rule, isOwn: false);
        var (passed, reached) = (new List<string>(), app.Accepted);
        foreach (var path in Spellings.Of("admin"))
        {
            foreach (var sidecar in new[] { own, inherited })
            {
                if (await transport.OutcomeAsync(sidecar, path) is var outcome && outcome is not ("reset" or "400" or "403 not_allowed" or "403 path_ambiguous"))
                    passed.Add($"{path}: {outcome}");
            }
        }

        passed.ShouldBeEmpty();
        app.Accepted.ShouldBe(reached);
        (await transport.OutcomeAsync(own, "/open/x")).ShouldNotContain("ambiguous");
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task No_header_that_names_another_request_gets_past_a_rule(Transport transport)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await StartAsync(app, "PathPrefix", isOwn: true);

        foreach (var name in new[] { "X-Original-URL", "x-rewrite-url", "X-HTTP-Method-Override", "X_Original_URL", "X-Http_Method-Override" })
            (await transport.OutcomeAsync(sidecar, "/open", fields: (name, "/admin"))).ShouldBe("403 override_ambiguous", name);

        app.Accepted.ShouldBe(0);
    }

    [Theory]
    [InlineData(Transport.Http1)]
    [InlineData(Transport.Http2)]
    [InlineData(Transport.Upgrade)]
    public async Task No_spelling_of_a_method_gets_past_a_rule(Transport transport)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await StartAsync(app, "Methods", isOwn: true);

        foreach (var method in new[] { "post", "PoSt", "delete", "get", "Head", "connect", "patch" })
            (await transport.OutcomeAsync(sidecar, "/admin", method)).ShouldBe("501", method);
        (await transport.OutcomeAsync(sidecar, "/admin", "propFind")).ShouldBe("403 method_ambiguous");
        foreach (var method in new[] { "GET", "HEAD", "POST", "DELETE" })
            (await transport.OutcomeAsync(sidecar, "/admin", method)).ShouldBe("403 not_allowed", method);

        app.Accepted.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task No_second_field_of_the_same_name_gets_past_a_rule(Transport transport)
    {
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url,
            "Sidecar:Security:Access:Anonymous=true",
            "Sidecar:Routes:0:Name=query", "Sidecar:Routes:0:Match:PathPrefix=/open", "Sidecar:Routes:0:Match:Query:0:Name=view", "Sidecar:Routes:0:Match:Query:0:Exact=admin", "Sidecar:Routes:0:Access:Allow:0:Addresses=10.0.0.1",
            "Sidecar:Routes:1:Name=cookie", "Sidecar:Routes:1:Match:PathPrefix=/open", "Sidecar:Routes:1:Match:Cookies:0:Name=view", "Sidecar:Routes:1:Match:Cookies:0:Exact=admin", "Sidecar:Routes:1:Access:Allow:0:Addresses=10.0.0.1",
            "Sidecar:Routes:2:Name=header", "Sidecar:Routes:2:Match:PathPrefix=/open", "Sidecar:Routes:2:Match:Headers:0:Name=X-View", "Sidecar:Routes:2:Match:Headers:0:Exact=admin", "Sidecar:Routes:2:Access:Allow:0:Addresses=10.0.0.1");

        (await transport.OutcomeAsync(sidecar, "/open?view=admin")).ShouldBe("403 not_allowed");
        foreach (var query in new[] { "view=x&view=admin", "view=admin&view=x", "View=admin", "view=x&%56iew=admin" })
            (await transport.OutcomeAsync(sidecar, $"/open?{query}")).ShouldBe("403 field_ambiguous", query);
        (await transport.OutcomeAsync(sidecar, "/open", fields: ("Cookie", "view=x; view=admin"))).ShouldBe("403 field_ambiguous");
        (await transport.OutcomeAsync(sidecar, "/open", fields: [("X-View", "x"), ("X-View", "admin")])).ShouldBe("403 field_ambiguous");
        // Where no rule depends on it, it is nobody's business.
        (await transport.OutcomeAsync(sidecar, "/else?view=x&view=admin")).ShouldNotContain("ambiguous");
        (await transport.OutcomeAsync(sidecar, "/open?other=1&other=2")).ShouldNotContain("ambiguous");
    }

    [Theory]
    [InlineData("/open/a%2Fb")]
    [InlineData("/open/a//b")]
    [InlineData("/open/a;b")]
    [InlineData("/open/a;b/")]
    [InlineData("/open/%252561")]
    [InlineData("/open/v1.")]
    [InlineData("/open/.well-known/x")]
    [InlineData("/open/a%20b")]
    [InlineData("/open/%C3%A9")]
    [InlineData("/open/100%")]
    [InlineData("/open/100%25")]
    [InlineData("/open/admin")]
    [InlineData("/administration")]
    [InlineData("/login/x;jsessionid=1")]
    [InlineData("/LOGIN/")]
    [InlineData("/any")]
    [InlineData("/")]
    public async Task A_path_that_is_only_unusual_passes(string path)
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url,
            "Sidecar:Security:Access:Anonymous=true",
            "Sidecar:Routes:0:Name=open", "Sidecar:Routes:0:Match:PathPrefix=/open",
            "Sidecar:Routes:1:Name=login", "Sidecar:Routes:1:Match:PathPrefix=/login", "Sidecar:Routes:1:Match:IgnorePathCase=true",
            "Sidecar:Routes:2:Name=admin", "Sidecar:Routes:2:Match:PathPrefix=/admin", "Sidecar:Routes:2:Access:Allow:0:Addresses=10.0.0.1");

        (await sidecar.GetAsync(path)).ShouldContain($"\r\n\r\nGET {path} HTTP/1.1\r\n");
    }

    [Theory]
    [InlineData("/admin", "403 not_allowed")]
    [InlineData("/admin/", "403 path_ambiguous")]
    [InlineData("/folder/", "403 not_allowed")]
    [InlineData("/folder", "403 path_ambiguous")]
    [InlineData("/open/", "200")]
    [InlineData("/open", "200")]
    [InlineData("/admin/x", "200")]
    [InlineData("/both", "403 not_allowed")]
    [InlineData("/both/", "200")]
    [InlineData("/both//", "403 path_ambiguous")]
    [InlineData("/login/", "403 path_ambiguous")]
    [InlineData("/login", "200")]
    [InlineData("/moved", "302")]
    [InlineData("/moved/", "403 not_allowed")]
    public async Task A_slash_at_the_end_is_part_of_the_path_where_routes_tell_it_apart_and_ambiguous_elsewhere(string path, string outcome)
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url,
            "Sidecar:Security:Access:Anonymous=true",
            "Sidecar:Routes:0:Name=admin", "Sidecar:Routes:0:Match:Path=/admin", "Sidecar:Routes:0:Access:Allow:0:Addresses=10.0.0.1",
            "Sidecar:Routes:1:Name=folder", "Sidecar:Routes:1:Match:Path=/folder/", "Sidecar:Routes:1:Access:Allow:0:Addresses=10.0.0.1",
            "Sidecar:Routes:2:Name=open", "Sidecar:Routes:2:Match:Path=/open",
            "Sidecar:Routes:3:Name=both", "Sidecar:Routes:3:Match:Path=/both", "Sidecar:Routes:3:Access:Allow:0:Addresses=10.0.0.1",
            "Sidecar:Routes:4:Name=below", "Sidecar:Routes:4:Match:PathPrefix=/both/",
            "Sidecar:Routes:5:Name=login", "Sidecar:Routes:5:Match:Path=/login", "Sidecar:Routes:5:Access:Anonymous=true",
            "Sidecar:Routes:6:Name=inside", "Sidecar:Routes:6:Match:PathPrefix=/login", "Sidecar:Routes:6:Access:Allow:0:Addresses=10.0.0.1",
            "Sidecar:Routes:7:Name=moved", "Sidecar:Routes:7:Match:Path=/moved", "Sidecar:Routes:7:Redirect:Path=/moved/",
            "Sidecar:Routes:8:Name=there", "Sidecar:Routes:8:Match:PathPrefix=/moved", "Sidecar:Routes:8:Access:Allow:0:Addresses=10.0.0.1");

        (await sidecar.OutcomeAsync(path)).ShouldBe(outcome);
    }

    [Theory]
    [InlineData("/;x/admin", "X-Original-URL: /admin")]
    [InlineData("/ADMIN", "X-Rewrite-URL: /admin")]
    [InlineData("/admin%2Fx", "X-HTTP-Method-Override: DELETE")]
    public async Task Where_all_routes_are_for_the_same_callers_any_spelling_passes(string path, string header)
    {
        await using var app = EchoApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url,
            "Sidecar:Security:Access:Allow:0:Addresses=127.0.0.1",
            "Sidecar:Routes:0:Name=admin", "Sidecar:Routes:0:Match:PathPrefix=/admin", "Sidecar:Routes:0:Access:Allow:0:Addresses=127.0.0.1");

        (await sidecar.OutcomeAsync(path, header)).ShouldBe("200");
    }

    private static Task<RunningSidecar> StartAsync(ScriptedApp app, string rule, bool isOwn)
    {
        string[] admin = ["Name=admin", .. Rules[rule]];
        const string Nobody = "Allow:0:Addresses=10.0.0.1";
        string[] access = isOwn
            ? ["Sidecar:Security:Access:Anonymous=true", $"Sidecar:Routes:1:Access:{Nobody}"]
            : [$"Sidecar:Security:Access:{Nobody}", "Sidecar:Routes:2:Name=rest", "Sidecar:Routes:2:Access:Anonymous=true"];
        return RunningSidecar.StartAsync(
            app.Url,
            ["Sidecar:Routes:0:Name=open", "Sidecar:Routes:0:Match:PathPrefix=/open", "Sidecar:Routes:0:Access:Anonymous=true", .. admin.Select(setting => $"Sidecar:Routes:1:{setting}"), .. access]);
    }
}
