using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream.Health;

public sealed class OutlierDetectionTests : IAsyncDisposable
{
    private const string Events = "Sidecar.Proxy.Upstream.Health.TargetEvents";

    private readonly ManualTime _time = new();
    private readonly MoodyApp _a = MoodyApp.Start("a");
    private readonly MoodyApp _b = MoodyApp.Start("b");
    private readonly MoodyApp _c = MoodyApp.Start("c");

    [Fact]
    public async Task A_target_that_fails_in_a_row_gets_no_requests_for_a_while()
    {
        await using var sidecar = await StartAsync("ConsecutiveFailures=2", "BaseEjectionTime=30s");
        _a.Status = 500;
        await sidecar.NamesAsync(6);
        _a.Status = 200;

        (await sidecar.NamesAsync(6)).Order().ShouldBe("bbbccc");
        var lost = await sidecar.Logs.NextAsync(Events);
        (lost.Level, lost.Message).ShouldBe((LogLevel.Warning, $"Target {_a.Url} of upstream is ejected for 30s: 2 attempts in a row failed"));
        _time.Advance(TimeSpan.FromSeconds(29));
        (await sidecar.NamesAsync(6)).ShouldNotContain('a');
        _time.Advance(TimeSpan.FromSeconds(1));

        var back = await sidecar.Logs.NextAsync(Events);
        (back.Level, back.Message).ShouldBe((LogLevel.Information, $"Target {_a.Url} of upstream is back after its ejection"));
        (await sidecar.NamesAsync(6)).Order().ShouldBe("aabbcc");
    }

    [Fact]
    public async Task A_success_in_between_begins_the_row_anew()
    {
        await using var sidecar = await StartAsync("ConsecutiveFailures=2");

        foreach (var status in new[] { 500, 200, 500, 200 })
        {
            _a.Status = status;
            await sidecar.NamesAsync(3);
        }

        (await sidecar.NamesAsync(3)).ShouldContain('a');
    }

    [Fact]
    public async Task Each_ejection_lasts_longer_up_to_a_limit_and_a_good_time_makes_up_for_it()
    {
        await using var sidecar = await StartAsync("ConsecutiveFailures=1", "BaseEjectionTime=30s", "MaxEjectionTime=75s", "Interval=10s");
        _a.Status = 500;

        foreach (var (good, ejection) in new[] { (0, 30), (0, 60), (0, 75), (30, 30) })
        {
            _time.Advance(TimeSpan.FromSeconds(good));
            await sidecar.NamesAsync(3);
            (await sidecar.Logs.NextAsync(Events)).Message.ShouldContain(ejection == 60 ? "is ejected for 1m" : $"is ejected for {ejection}s");
            _time.Advance(TimeSpan.FromSeconds(ejection));
            (await sidecar.Logs.NextAsync(Events)).Message.ShouldContain("is back");
        }
    }

    [Theory]
    [InlineData(30, 3)]
    [InlineData(50, 2)]
    [InlineData(70, 1)]
    public async Task Never_are_more_targets_ejected_than_the_share_that_may_be(int percent, int left)
    {
        await using var sidecar = await StartAsync("ConsecutiveFailures=1", $"MaxEjectionPercent={percent}");
        (_a.Status, _b.Status, _c.Status) = (500, 500, 500);

        await sidecar.NamesAsync(9);

        (await sidecar.NamesAsync(6)).Distinct().Count().ShouldBe(left);
    }

    [Fact]
    public async Task A_target_that_nobody_listens_at_is_ejected()
    {
        await using var sidecar = await RunningSidecar.StartAsync(
            $"http://127.0.0.1:{FreePort.Next()},{_b.Url}",
            _time.Drive,
            "Sidecar:Upstream:OutlierDetection:ConsecutiveFailures=2",
            "Sidecar:Upstream:OutlierDetection:GatewayFailuresOnly=true");
        for (var i = 0; i < 4; i++)
            await sidecar.AskAsync();

        (await sidecar.NamesAsync(4)).ShouldBe("bbbb");
    }

    [Fact]
    public async Task What_is_no_gateways_failure_can_be_left_out()
    {
        await using var sidecar = await StartAsync("ConsecutiveFailures=1", "GatewayFailuresOnly=true");
        (_a.Status, _b.Status) = (500, 503);

        await sidecar.NamesAsync(3);

        (await sidecar.NamesAsync(4)).Order().ShouldBe("aacc");
    }

    [Fact]
    public async Task The_share_of_failures_counts_when_there_are_enough_attempts()
    {
        await using var sidecar = await StartAsync("ConsecutiveFailures=100", "FailurePercent=50", "MinimumRequests=4", "Interval=10s");
        foreach (var status in new[] { 500, 200, 500 })
        {
            _a.Status = status;
            await sidecar.NamesAsync(3);
        }

        // The fourth attempt is the first one at which the share counts.
        (await sidecar.NamesAsync(3)).ShouldContain('a');
        (await sidecar.NamesAsync(6)).ShouldNotContain('a');
        (await sidecar.Logs.NextAsync(Events)).Message.ShouldEndWith("3 of 4 attempts failed");
    }

    [Fact]
    public async Task A_client_that_goes_away_says_nothing_of_the_target()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync($"{app.Url},{_b.Url}", _time.Drive, "Sidecar:Upstream:OutlierDetection:ConsecutiveFailures=1");
        using (var client = await sidecar.ConnectAsync())
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await (await app.AcceptedAsync()).ReadHeadAsync();
            client.Reset();
        }

        await sidecar.AccessLog.NextAsync();

        StateOf(await sidecar.AdminAsync("/targets"), 0).ShouldBe("healthy");
    }

    [Fact]
    public async Task An_operator_sees_who_is_out_and_for_how_long()
    {
        await using var sidecar = await StartAsync("ConsecutiveFailures=1", "BaseEjectionTime=30s");
        using var metrics = new RecordedMetrics(sidecar);
        _a.Status = 500;
        await sidecar.NamesAsync(3);

        var (_, body) = await sidecar.AdminAsync("/targets");

        var targets = JsonNode.Parse(body)!["upstream"]!.AsArray();
        targets.Select(target => (string?)target!["state"]).ShouldBe(["ejected", "healthy", "healthy"]);
        targets[0]!["url"]!.GetValue<string>().ShouldBe(_a.Url);
        targets[0]!["retryAfter"]!.GetValue<string>().ShouldBe("30s");
        metrics["sidecar.cluster.targets", "sidecar.cluster=upstream", "sidecar.target.state=ejected"].ShouldBe(1);
        metrics["sidecar.cluster.targets", "sidecar.cluster=upstream", "sidecar.target.state=healthy"].ShouldBe(2);
        metrics["sidecar.target.ejections", "sidecar.cluster=upstream"].ShouldBe(1);
    }

    [Fact]
    public async Task An_ejected_target_stays_so_when_a_reload_changes_something_else()
    {
        await using var sidecar = await StartAsync("ConsecutiveFailures=1", "BaseEjectionTime=30s");
        var settings = sidecar.Services.GetRequiredService<SidecarSettings>();
        _a.Status = 500;
        await sidecar.NamesAsync(3);
        _a.Status = 200;

        settings.Replace(settings.Current with { Upstream = settings.Current.Upstream with { ConnectTimeout = TimeSpan.FromSeconds(1) } });

        (await sidecar.NamesAsync(4)).Order().ShouldBe("bbcc");
        _time.Advance(TimeSpan.FromSeconds(30));
        (await sidecar.NamesAsync(3)).Order().ShouldBe("abc");
        settings.Replace(settings.Current with { Upstream = settings.Current.Upstream with { OutlierDetection = null } });
        _a.Status = 500;
        (await sidecar.NamesAsync(6)).Order().ShouldBe("aabbcc");
    }

    [Theory]
    [InlineData("ConsecutiveFailures=0")]
    [InlineData("MaxEjectionPercent=101")]
    [InlineData("BaseEjectionTime=soon")]
    [InlineData("Ejections=1")]
    public async Task What_cannot_be_is_refused_at_the_start(string setting) =>
        (await Should.ThrowAsync<ConfigurationException>(() => StartAsync(setting))).Message.ShouldStartWith($"Sidecar:Upstream:OutlierDetection:{setting.Split('=')[0]}");

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        await _c.DisposeAsync();
    }

    private static string? StateOf((System.Net.HttpStatusCode Status, string Body) answer, int index) => (string?)JsonNode.Parse(answer.Body)!["upstream"]![index]!["state"];

    private Task<RunningSidecar> StartAsync(params string[] settings) => RunningSidecar.StartAsync(
        $"{_a.Url},{_b.Url},{_c.Url}", _time.Drive, [.. settings.Select(setting => "Sidecar:Upstream:OutlierDetection:" + setting)]);
}
