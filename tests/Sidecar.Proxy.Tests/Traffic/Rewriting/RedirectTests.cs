using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Traffic.Rewriting;

public sealed class RedirectTests
{
    [Theory]
    [InlineData("Redirect:Scheme=https", "/x?q=1", "https://shop.example/x?q=1")]
    [InlineData("Redirect:Host=www.example:8443", "/x", "//www.example:8443/x")]
    [InlineData("Redirect:Path=/new", "/x?q=1", "/new?q=1")]
    [InlineData("Redirect:PathPrefix=/v2", "/x/y%2Fz", "/v2/x/y%2Fz")]
    [InlineData("Redirect:PathPrefix=/", "//evil.example/x", "/evil.example/x")]
    [InlineData("Redirect:PathPrefix=/", "/\\evil.example/x", "/evil.example/x")]
    public async Task A_client_is_sent_elsewhere_without_the_app_hearing_of_it(string redirect, string target, string location)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await Routes.OfAsync(app, "Match:PathPrefix=/", redirect);

        var answer = await sidecar.GetAsync(target);

        answer.ShouldStartWith("HTTP/1.1 302 Found\r\n");
        answer.ShouldContain($"\r\nLocation: {location}\r\n");
        app.Accepted.ShouldBe(0);
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["http.response.status_code"].ShouldBe(302);
        record.Attributes["sidecar.route"].ShouldBe("one");
    }

    [Fact]
    public async Task A_redirect_has_the_status_and_the_headers_that_are_chosen()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await Routes.OfAsync(app, "Redirect:Scheme=https", "Redirect:StatusCode=308", "ResponseHeaders:Set:X-Moved=yes");

        var answer = await sidecar.ExchangeAsync("POST /x HTTP/1.1\r\nHost: shop.example:8080\r\nContent-Length: 0\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 308 ");
        answer.ShouldContain("\r\nLocation: https://shop.example/x\r\n");
        answer.ShouldContain("\r\nX-Moved: yes\r\n");
    }

    [Fact]
    public async Task Other_routes_requests_go_to_the_app()
    {
        await using var app = Routes.Named("app");
        await using var sidecar = await Routes.OfAsync(app, "Match:Path=/x", "Redirect:Scheme=https");

        (await sidecar.GetAsync("/y")).ShouldEndWith("app");
    }
}
