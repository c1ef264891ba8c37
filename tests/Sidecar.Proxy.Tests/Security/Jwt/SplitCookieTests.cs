using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security.Jwt;

public sealed class SplitCookieTests
{
    [Fact]
    public async Task A_token_in_one_of_several_cookie_headers_stays_behind_and_the_other_cookies_go_on()
    {
        await using var app = EchoApp.Start();
        using var issuer = new TestIssuer();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, issuer.Settings("Sidecar:Security:Jwt:Cookie=sid", "Sidecar:Security:Jwt:Forward=false"));

        var answer = await sidecar.GetAsync("/", "Cookie: a=b; c=d", $"Cookie: sid={issuer.Token()}; e=f");

        answer.ShouldStartWith("HTTP/1.1 200");
        answer.ShouldContain("\r\nCookie: a=b; c=d; e=f\r\n");
    }
}
