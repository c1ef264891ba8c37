using Microsoft.AspNetCore.Http.Features;
using Sidecar.Proxy.Tests.Traffic;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Server;

/// <summary>What a request asks for: the four forms of a target, and Host (RFC 9112, section 3.2; RFC 9110, sections 7.1, 7.2 and 7.6.2).</summary>
public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("http://b.example/x?q", "/x?q", "b.example")]
    [InlineData("HTTP://b.example/x", "/x", "b.example")]
    [InlineData("hTtP://b.example:8080/x%2Fy", "/x%2Fy", "b.example:8080")]
    [InlineData("http://[::1]:80/", "/", "[::1]:80")]
    [InlineData("http://b.example", "/", "b.example")]
    [InlineData("http://b.example?q=/", "/?q=/", "b.example")]
    [InlineData("http://a.example:80/", "/", "a.example:80")]
    [InlineData("https://b.example/", "/", "b.example")]
    [InlineData("HTTPS://b.example/", "/", "b.example")]
    public async Task The_authority_of_an_absolute_target_is_the_apps_Host_whatever_Host_came_in(string target, string path, string host)
    {
        var (request, response) = await Exchange.OfAsync($"GET {target} HTTP/1.1\r\nHost: a.example\r\n\r\n");

        response.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        request.ShouldStartWith($"GET {path} HTTP/1.1\r\n");
        request.FieldsOf("Host").ShouldBe([host]);
        request.FieldsOf("X-Forwarded-Host").ShouldBe([host]);
        // How the client came is known from its connection.
        request.FieldsOf("X-Forwarded-Proto").ShouldBe(["http"]);
    }

    [Theory]
    [InlineData("GET /\u00c3\u00a9?q=\u00e2\u0082\u00ac HTTP/1.1\r\nHost: a\r\n\r\n", "GET /%C3%A9?q=%E2%82%AC HTTP/1.1")]
    [InlineData("GET http://a/\u00c3\u00a9 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /%C3%A9 HTTP/1.1")]
    [InlineData("GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n", null)]
    [InlineData("GET /\u00c3\u00a9\u0001 HTTP/1.1\r\nHost: a\r\n\r\n", null)]
    public async Task Where_it_is_lenient_UTF_8_in_a_target_reaches_the_app_escaped(string request, string? line)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Limits:Lenient=true");

        var exchange = sidecar.ExchangeAsync(request);
        if (line is null)
        {
            (await exchange).ShouldStartWith("HTTP/1.1 400 ");
            return;
        }

        using var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldStartWith(line + "\r\n");
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        (await exchange).ShouldStartWith("HTTP/1.1 200 OK\r\n");
    }

    [Fact]
    public async Task An_absolute_target_of_HTTP_1_0_needs_no_Host()
    {
        var (request, response) = await Exchange.OfAsync("GET http://b.example/x HTTP/1.0\r\n\r\n");

        response.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        request.ShouldStartWith("GET /x HTTP/1.1\r\n");
        request.FieldsOf("Host").ShouldBe(["b.example"]);
    }

    [Theory]
    [InlineData("http://admin.example/", "shop.example", "other")]
    [InlineData("http://shop.example/", "admin.example", "app")]
    public async Task Routes_go_by_the_authority_of_an_absolute_target(string target, string host, string served)
    {
        await using var app = Routes.Named("app");
        await using var other = Routes.Named("other");
        await using var sidecar = await Routes.ToAsync(app, other, "Match:Hosts=admin.example");

        (await sidecar.ExchangeAsync($"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")).ShouldEndWith("\r\n\r\n" + served);
    }

    [Theory]
    [InlineData("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET http:// HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET http://user@b.example/ HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET http://b.example:x/ HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET http://[::1/ HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET http:/b.example/ HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET ftp://b.example/ HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET b.example:80 HTTP/1.1\r\nHost: b.example:80\r\n\r\n")]
    [InlineData("GET * HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("OPTIONS *x HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET http://b.example/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://b.example/ HTTP/1.1\r\nHost: a, b\r\n\r\n")]
    [InlineData("GET http://b.example/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    public async Task What_is_none_of_the_four_forms_or_has_no_valid_Host_beside_it_is_rejected(string request)
    {
        var (received, response) = await Exchange.OfAsync(request);

        response.ShouldBeRejected(400);
        received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("*", "")]
    [InlineData("http://a", "")]
    [InlineData("*", "/base")]
    public async Task OPTIONS_of_the_whole_server_reaches_the_app_as_an_asterisk(string target, string basePath)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url + basePath);
        var exchange = sidecar.ExchangeAsync($"OPTIONS {target} HTTP/1.1\r\nHost: a\r\n\r\n");

        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldStartWith("OPTIONS * HTTP/1.1\r\n");
        await connection.SendAsync(Answers.Ok);

        (await exchange).ShouldEndWith("\r\n\r\nok");
    }

    [Fact]
    public async Task OPTIONS_of_the_whole_server_reaches_an_app_that_speaks_HTTP_2()
    {
        var target = "";
        await using var app = await KestrelApp.StartHttp2Async(context =>
        {
            target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            return Task.CompletedTask;
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:Protocol=http2");

        (await sidecar.ExchangeAsync("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")).ShouldStartWith("HTTP/1.1 200 ");
        // HttpClient knows no asterisk-form.
        target.ShouldBe("/");
    }

    [Theory]
    [InlineData("*")]
    [InlineData("/a")]
    public async Task OPTIONS_that_may_go_no_further_is_answered_by_the_sidecar(string target)
    {
        var (received, response) = await Exchange.OfAsync($"OPTIONS {target} HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n");

        received.ShouldBeEmpty();
        response.ShouldMatch("^HTTP/1.1 20[04] ");
        response.FieldsOf("Allow").ShouldHaveSingleItem().ShouldContain("GET");
    }

    [Theory]
    [InlineData("OPTIONS", "5", "4")]
    [InlineData("OPTIONS", "1", "0")]
    [InlineData("GET", "5", "5")]
    [InlineData("GET", "0", "0")]
    public async Task Max_Forwards_counts_the_hops_of_OPTIONS_only(string method, string before, string after)
    {
        var (received, response) = await Exchange.OfAsync($"{method} /a HTTP/1.1\r\nHost: a\r\nMax-Forwards: {before}\r\n\r\n");

        received.FieldsOf("Max-Forwards").ShouldBe([after]);
        response.ShouldEndWith("\r\n\r\nok");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("5")]
    public async Task TRACE_is_rejected_however_far_it_may_go(string hops)
    {
        var (received, response) = await Exchange.OfAsync($"TRACE /a HTTP/1.1\r\nHost: a\r\nMax-Forwards: {hops}\r\n\r\n");

        received.ShouldBeEmpty();
        response.ShouldBeRejected(405);
    }

    /// <summary>One target has one fate (nginx, too, takes no null for a part of a path).</summary>
    [Theory]
    [InlineData("", "Sidecar:Headers:Via=false")]
    [InlineData("TE: trailers\r\n", "Sidecar:Headers:Via=false")]
    [InlineData("Expect: 100-continue\r\n", "Sidecar:Headers:Via=false")]
    [InlineData("", "Sidecar:Headers:Via=true")]
    public async Task A_null_in_a_path_is_rejected_whatever_else_is_sent_or_configured(string header, string setting)
    {
        var (received, response) = await Exchange.OfAsync($"GET /a%00b HTTP/1.1\r\nHost: a\r\n{header}\r\n", Answers.Ok, setting);

        response.ShouldBeRejected(400);
        received.ShouldBeEmpty();
    }
}
