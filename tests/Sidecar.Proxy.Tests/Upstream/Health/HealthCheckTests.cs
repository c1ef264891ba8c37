using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream.Health;

public sealed class HealthCheckTests : IAsyncDisposable
{
    private const string Events = "Sidecar.Proxy.Upstream.Health.TargetEvents";

    // Nobody else waits for exactly as long as these two.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(37);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(7);

    private readonly ManualTime _time = new();
    private readonly MoodyApp _a = MoodyApp.Start("a");
    private readonly MoodyApp _b = MoodyApp.Start("b");

    [Fact]
    public async Task A_target_whose_checks_fail_gets_no_requests_until_they_succeed()
    {
        await using var sidecar = await StartAsync("UnhealthyThreshold=2", "HealthyThreshold=2");
        using var metrics = new RecordedMetrics(sidecar);
        (await sidecar.NamesAsync(4)).ShouldBe("abab");

        _a.Health = 503;
        await CheckAsync(targets: 2);
        (await sidecar.NamesAsync(4)).ShouldBe("abab");
        await CheckAsync(targets: 2);

        var lost = await sidecar.Logs.NextAsync(Events);
        (lost.Level, lost.Message).ShouldBe((LogLevel.Warning, $"Target {_a.Url} of upstream is unhealthy: it answers 503 to /health"));
        (await sidecar.NamesAsync(4)).ShouldBe("bbbb");
        _a.Health = 200;
        await CheckAsync(targets: 2);
        (await sidecar.NamesAsync(4)).ShouldBe("bbbb");
        await CheckAsync(targets: 2);
        var back = await sidecar.Logs.NextAsync(Events);
        (back.Level, back.Message).ShouldBe((LogLevel.Information, $"Target {_a.Url} of upstream is healthy again"));
        (await sidecar.NamesAsync(4)).Order().ShouldBe("aabb");
        metrics["sidecar.health_check.results", "sidecar.cluster=upstream", "sidecar.health_check.result=failure"].ShouldBe(2);
        metrics["sidecar.health_check.results", "sidecar.cluster=upstream", "sidecar.health_check.result=success"].ShouldBe(6);
    }

    [Fact]
    public async Task A_target_that_does_not_answer_in_time_is_unhealthy()
    {
        await using var sidecar = await StartOfAsync(_a.Url, "UnhealthyThreshold=1", "Timeout=7s");
        var never = new TaskCompletionSource();
        _a.Silence = never.Task;
        _time.Advance(Interval);
        await _time.SomebodyWaitsAsync(Timeout);

        _time.Advance(Timeout);

        (await sidecar.Logs.NextAsync(Events)).Message.ShouldEndWith("it does not answer /health in time");
        never.SetResult();
    }

    [Fact]
    public async Task A_target_that_nobody_listens_at_is_unhealthy_and_alone_it_means_503()
    {
        await using var sidecar = await StartOfAsync($"http://127.0.0.1:{FreePort.Next()}", "UnhealthyThreshold=1");
        await CheckAsync();
        (await sidecar.Logs.NextAsync(Events)).Message.ShouldContain("is unhealthy: Connection refused");

        var answer = await sidecar.GetAsync();

        answer.ShouldStartWith("HTTP/1.1 503");
        answer.ShouldContain("\r\nRetry-After: 37\r\n");
        (await sidecar.Logs.NextAsync("Sidecar.Proxy.Observability.FailureLog")).Message.ShouldContain("no target of upstream may be used: 1 unhealthy");
    }

    [Fact]
    public async Task Which_statuses_are_well_is_for_the_operator_to_say()
    {
        (_a.Health, _b.Health) = (204, 404);
        await using var sidecar = await StartAsync("UnhealthyThreshold=1", "MinStatus=404", "MaxStatus=404");

        await CheckAsync(targets: 2);

        (await sidecar.Logs.NextAsync(Events)).Message.ShouldEndWith("it answers 204 to /health");
        (await sidecar.NamesAsync(3)).ShouldBe("bbb");
    }

    [Fact]
    public async Task Checks_come_at_their_interval_and_wait_for_it_at_first()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartOfAsync(app.Url, "Path=/up?x=1", "Timeout=7s");

        // A check that has begun has a time to end.
        _time.Waits(Timeout).ShouldBeFalse();
        _time.Advance(Interval);
        await AnswerAsync();
        await _time.SomebodyWaitsAsync(Interval);
        _time.Advance(Interval - TimeSpan.FromSeconds(1));
        _time.Waits(Timeout).ShouldBeFalse();
        app.Accepted.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        await AnswerAsync();

        async Task AnswerAsync()
        {
            var connection = await app.AcceptedAsync();
            (await connection.ReadHeadAsync()).ShouldStartWith("GET /up?x=1 HTTP/1.1\r\n");
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
    }

    [Fact]
    public async Task Checks_end_with_the_configuration_that_asked_for_them()
    {
        await using var sidecar = await StartOfAsync(_a.Url, "UnhealthyThreshold=1");
        var settings = sidecar.Services.GetRequiredService<SidecarSettings>();
        _a.Health = 503;
        await CheckAsync();
        (await sidecar.Logs.NextAsync(Events)).Message.ShouldContain("is unhealthy");

        settings.Replace(settings.Current with { Upstream = settings.Current.Upstream with { HealthChecks = null } });

        _time.Waits(Interval).ShouldBeFalse();
        (await sidecar.NamesAsync(1)).ShouldBe("a");
    }

    [Theory]
    [InlineData("Path=health", "a path that begins with a slash")]
    [InlineData("Interval=1ms", "a duration from 10ms to 1h")]
    [InlineData("MaxStatus=199", "a number from 200 to 599")]
    [InlineData("MinStatus=300", "at least MinStatus")]
    public async Task What_cannot_be_is_refused_at_the_start(string setting, string allowed) =>
        (await Should.ThrowAsync<ConfigurationException>(() => RunningSidecar.StartAsync(_a.Url, $"Sidecar:Upstream:HealthChecks:{setting}"))).Message.ShouldContain(allowed);

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    /// <summary>Has every target checked once.</summary>
    private async Task CheckAsync(int targets = 1)
    {
        _time.Advance(Interval);
        await _time.SomebodyWaitsAsync(Interval, targets);
    }

    private Task<RunningSidecar> StartAsync(params string[] settings) => StartOfAsync($"{_a.Url},{_b.Url}", settings);

    private Task<RunningSidecar> StartOfAsync(string targets, params string[] settings) => RunningSidecar.StartAsync(
        targets, _time.Drive, ["Sidecar:Upstream:HealthChecks:Path=/health", "Sidecar:Upstream:HealthChecks:Interval=37s", .. settings.Select(setting => "Sidecar:Upstream:HealthChecks:" + setting)]);
}
