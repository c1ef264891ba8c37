using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Traffic.Rewriting;

public sealed class RewriteTests
{
    [Theory]
    [InlineData("Match:PathPrefix=/api", "Rewrite:PathPrefix=/v2", "/api/x?q=1", "/v2/x?q=1")]
    [InlineData("Match:PathPrefix=/api", "Rewrite:PathPrefix=/", "/api/x", "/x")]
    [InlineData("Match:PathPrefix=/api", "Rewrite:PathPrefix=/", "/api", "/")]
    [InlineData("Match:PathPrefix=/api/", "Rewrite:PathPrefix=/v2", "/api/x", "/v2/x")]
    [InlineData("Match:PathPrefix=/", "Rewrite:PathPrefix=/v2", "/x", "/v2/x")]
    [InlineData("Match:PathPrefix=/api", "Rewrite:PathPrefix=/v2", "/api/a%2fb%7E", "/v2/a%2fb%7E")]
    [InlineData("Match:PathPrefix=/api", "Rewrite:PathPrefix=/v2", "/%61pi/a%2fb%7E", "/v2/a%2fb%7E")]
    [InlineData("Match:PathPrefix=/api", "Rewrite:PathPrefix=/v2", "//api;v=1/a;b//c/", "/v2;v=1/a;b//c/")]
    [InlineData("Match:PathPrefix=/api/", "Rewrite:PathPrefix=/v2", "/api", "/v2")]
    [InlineData("Match:Path=/api/", "Rewrite:PathPrefix=/v2", "/api", "/v2")]
    [InlineData("Match:PathStart=/api/", "Rewrite:PathPrefix=/v2/", "/api", "/v2/")]
    [InlineData("Match:PathStart=/ap", "Rewrite:PathPrefix=/v2", "/%2561p%2569%2Fx/", "/v2%2569%2Fx/")]
    [InlineData("Match:PathStart=/api", "Rewrite:PathPrefix=/v2", "/apis", "/v2s")]
    [InlineData("Match:Path=/api", "Rewrite:PathPrefix=/v2", "/api?q", "/v2?q")]
    [InlineData("Match:PathPrefix=/api", "Rewrite:Path=/only", "/api/x?q=1", "/only?q=1")]
    public async Task A_path_goes_on_rewritten_with_its_query(string match, string rewrite, string target, string seen)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await Routes.OfAsync(app, match, rewrite);

        (await Routes.HeadAsync(sidecar, app, target)).ShouldStartWith($"GET {seen} HTTP/1.1\r\n");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["url.path"].ShouldBe(target.Split('?')[0]);
    }

    [Theory]
    [InlineData("/users/([^/]+)/posts", "/posts-of/$1", "/users/7/posts?q=1", "/posts-of/7?q=1")]
    [InlineData("/v[0-9]+", "", "/v1/x", "/x")]
    [InlineData("/v[0-9]+.*", "", "/v1/x", "/")]
    [InlineData("^/", "", "/x", "/x")]
    public async Task A_path_goes_on_rewritten_by_an_expression(string regex, string replacement, string target, string seen)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await Routes.OfAsync(app, $"Rewrite:PathRegex={regex}", $"Rewrite:Replacement={replacement}");

        (await Routes.HeadAsync(sidecar, app, target)).ShouldStartWith($"GET {seen} HTTP/1.1\r\n");
    }

    [Fact]
    public async Task Another_host_is_asked_for_and_the_first_is_told()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await Routes.OfAsync(app, "Rewrite:Host=inner.example:81");

        var head = await Routes.HeadAsync(sidecar, app, "/a%2Fb");

        head.ShouldStartWith("GET /a%2Fb HTTP/1.1\r\n");
        head.ShouldContain("\r\nHost: inner.example:81\r\n");
        head.ShouldContain("\r\nX-Forwarded-Host: shop.example\r\n");
    }

    [Fact]
    public async Task Over_HTTP_2_a_request_is_rewritten_in_the_same_way()
    {
        var seen = new TaskCompletionSource<string>();
        await using var app = await KestrelApp.StartHttp2Async(context =>
        {
            seen.TrySetResult($"{context.Request.Host} {context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget} {context.Request.Headers["X-Set"]} {context.Request.Headers["X-Gone"]}");
            context.Response.Headers["X-Inner"] = "1";
            return context.Response.WriteAsync("ok");
        });
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, "Sidecar:Upstream:Protocol=http2", "Sidecar:Routes:0:Name=one", "Sidecar:Routes:0:Match:PathPrefix=/api", "Sidecar:Routes:0:Rewrite:PathPrefix=/v2",
            "Sidecar:Routes:0:Rewrite:Host=inner.example", "Sidecar:Routes:0:RequestHeaders:Set:X-Set=yes", "Sidecar:Routes:0:RequestHeaders:Remove=X-Gone", "Sidecar:Routes:0:ResponseHeaders:Remove=X-Inner");

        var answer = await sidecar.GetAsync("/api/a%2Fb?q=1", "X-Gone: 1");

        (await seen.Task.WaitAsync(Patience.Token())).ShouldBe("inner.example /v2/a%2Fb?q=1 yes ");
        answer.ShouldNotContain("X-Inner");
    }
}
