using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream.Affinity;

public sealed class AffinityTests : IAsyncDisposable
{
    private readonly MoodyApp _a = MoodyApp.Start("a");
    private readonly MoodyApp _b = MoodyApp.Start("b");

    [Fact]
    public async Task A_client_stays_at_its_target_by_a_cookie_that_scripts_and_other_sites_do_not_get()
    {
        await using var sidecar = await StartAsync("Sidecar:Upstream:Affinity:SameSite=strict");

        var first = await sidecar.AskAsync();
        var cookie = CookieOf(first);

        first.ShouldMatch("\r\nSet-Cookie: sidecar-affinity=[0-9a-f]{32}; path=/; samesite=strict; httponly\r\n");
        (await sidecar.NamesAsync(6, $"Cookie: {cookie}")).ShouldBe(new string(first[^1], 6));
        (await sidecar.AskAsync($"Cookie: x=1; {cookie}")).ShouldNotContain("Set-Cookie");
    }

    [Fact]
    public async Task The_cookie_is_the_same_in_every_sidecar_and_says_nothing_of_the_target()
    {
        await using var one = await StartAsync("Sidecar:Upstream:Affinity:Key=0123456789abcdef");
        await using var other = await StartAsync("Sidecar:Upstream:Affinity:Key=0123456789abcdef");
        await using var plain = await StartAsync("Sidecar:Upstream:Affinity:SameSite=lax");

        var cookie = CookieOf(await one.AskAsync());

        CookieOf(await other.AskAsync()).ShouldBe(cookie);
        CookieOf(await plain.AskAsync()).ShouldNotBe(cookie);
        (await one.AdminAsync("/config")).Body.ShouldNotContain("0123456789abcdef");
    }

    [Fact]
    public async Task A_client_whose_target_is_out_gets_another_and_a_new_cookie()
    {
        await using var sidecar = await StartAsync("Sidecar:Upstream:Affinity:MaxAge=1h", "Sidecar:Upstream:OutlierDetection:ConsecutiveFailures=1");
        var first = await sidecar.AskAsync();
        var (its, other) = first[^1] == 'a' ? (_a, "b") : (_b, "a");
        its.Status = 503;
        await sidecar.AskAsync($"Cookie: {CookieOf(first)}");

        var moved = await sidecar.AskAsync($"Cookie: {CookieOf(first)}");

        moved.ShouldEndWith(other);
        moved.ShouldContain("; max-age=3600;");
        CookieOf(moved).ShouldNotBe(CookieOf(first));
        (await sidecar.NamesAsync(3, $"Cookie: {CookieOf(moved)}")).ShouldBe(other + other + other);
    }

    [Fact]
    public async Task A_cookie_that_nobody_gave_out_leads_nowhere()
    {
        await using var sidecar = await StartAsync("Sidecar:Upstream:Affinity:Cookie=id");

        (await sidecar.AskAsync("Cookie: id=00000000000000000000000000000000")).ShouldContain("Set-Cookie: id=");
    }

    [Fact]
    public async Task The_apps_own_cookies_stay()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nSet-Cookie: own=1\r\nContent-Length: 2\r\n\r\nok");
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:Upstream:Affinity:SameSite=lax");

        var answer = await sidecar.GetAsync();

        answer.ShouldContain("Set-Cookie: own=1\r\n");
        answer.ShouldContain("Set-Cookie: sidecar-affinity=");
    }

    [Fact]
    public async Task An_answer_of_the_sidecars_own_has_no_cookie()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}", "Sidecar:Upstream:Affinity:SameSite=lax");

        var answer = await sidecar.GetAsync();

        answer.ShouldStartWith("HTTP/1.1 502");
        answer.ShouldNotContain("Set-Cookie");
    }

    [Theory]
    [InlineData("Cookie=a b", "a cookie's name")]
    [InlineData("Key=short", "at least 16 characters")]
    [InlineData("SameSite=unspecified", "one of none, lax, strict")]
    public async Task What_cannot_be_is_refused_at_the_start(string setting, string allowed) =>
        (await Should.ThrowAsync<Sidecar.Proxy.Configuration.ConfigurationException>(() => StartAsync($"Sidecar:Upstream:Affinity:{setting}"))).Message.ShouldContain(allowed);

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    private static string CookieOf(string answer) => answer.Split("Set-Cookie: ")[1].Split(';')[0];

    private Task<RunningSidecar> StartAsync(params string[] settings) => RunningSidecar.StartAsync($"{_a.Url},{_b.Url}", settings);
}
