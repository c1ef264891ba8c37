using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Traffic.Rewriting;

public sealed class HeaderEditTests
{
    [Fact]
    public async Task Headers_go_on_set_added_and_removed()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await Routes.OfAsync(
            app, "RequestHeaders:Set:X-Stage=canary", "RequestHeaders:Set:X-Forwarded-Proto=https", "RequestHeaders:Add:X-Tag=b", "RequestHeaders:Remove:0=Cookie", "RequestHeaders:Remove:1=x-secret");

        var head = await Routes.HeadAsync(sidecar, app, "/", "X-Stage: prod", "x-stage: prod", "X-Tag: a", "Cookie: a=b", "X-Secret: 1", "X-Kept: 1");

        head.Split("\r\n").Where(line => line.StartsWith("x-stage:", StringComparison.OrdinalIgnoreCase)).ShouldBe(["X-Stage: canary"]);
        head.Split("\r\n").Where(line => line.StartsWith("X-Tag:", StringComparison.Ordinal)).ShouldBe(["X-Tag: a", "X-Tag: b"]);
        head.Split("\r\n").Where(line => line.StartsWith("X-Forwarded-Proto:", StringComparison.Ordinal)).ShouldBe(["X-Forwarded-Proto: https"]);
        head.ShouldNotContain("Cookie");
        head.ShouldNotContain("X-Secret");
        head.ShouldContain("\r\nX-Kept: 1\r\n");
    }

    [Fact]
    public async Task The_answers_headers_come_back_set_added_and_removed()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nServer: legacy/1.0\r\nX-Frame-Options: ALLOW\r\nSet-Cookie: a=1\r\ncontent-length: 2\r\n\r\nok");
        await using var sidecar = await Routes.OfAsync(
            app, "ResponseHeaders:Set:X-Frame-Options=DENY", "ResponseHeaders:Set:Strict-Transport-Security=max-age=1", "ResponseHeaders:Add:Set-Cookie=b=2", "ResponseHeaders:Remove=Server");

        var answer = await sidecar.GetAsync();

        answer.ShouldNotContain("legacy/1.0");
        answer.ShouldContain("\r\nX-Frame-Options: DENY\r\n");
        answer.ShouldNotContain("ALLOW");
        answer.ShouldContain("\r\nStrict-Transport-Security: max-age=1\r\n");
        answer.ShouldContain("\r\nSet-Cookie: a=1\r\n");
        answer.ShouldContain("\r\nSet-Cookie: b=2\r\n");
        answer.ShouldEndWith("\r\n\r\nok");
    }

    [Fact]
    public async Task Other_routes_requests_are_left_alone()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await Routes.OfAsync(app, "Match:Path=/x", "RequestHeaders:Set:X-Stage=canary");

        (await Routes.HeadAsync(sidecar, app, "/y")).ShouldNotContain("X-Stage");
    }
}
