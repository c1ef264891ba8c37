using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Upstream.Health;

public sealed class CircuitBreakerTests : IAsyncDisposable
{
    private const string Events = "Sidecar.Proxy.Upstream.Health.TargetEvents";

    private readonly ManualTime _time = new();
    private readonly MoodyApp _app = MoodyApp.Start("a");

    [Fact]
    public async Task An_open_circuit_answers_for_a_target_that_fails_and_spares_it()
    {
        await using var sidecar = await StartAsync("FailurePercent=50", "MinimumThroughput=4", "BreakDuration=5s");
        foreach (var status in new[] { 200, 200, 500, 500 })
        {
            _app.Status = status;
            (await sidecar.AskAsync()).ShouldStartWith($"HTTP/1.1 {status}");
        }

        _time.Advance(TimeSpan.FromSeconds(1.5));
        var answer = await sidecar.AskAsync();

        answer.ShouldStartWith("HTTP/1.1 503");
        answer.ShouldContain("\r\nRetry-After: 4\r\n");
        answer.ShouldContain("\r\nProxy-Status: sidecar; error=destination_unavailable\r\n");
        _app.Requests.ShouldBe(4);
        var opened = await sidecar.Logs.NextAsync(Events);
        (opened.Level, opened.Message).ShouldBe((LogLevel.Warning, $"The circuit to target {_app.Url} of upstream is open for 5s: 2 of 4 attempts failed"));
    }

    [Fact]
    public async Task One_request_tries_a_target_and_its_success_closes_the_circuit()
    {
        await using var sidecar = await OpenAsync();
        using var metrics = new RecordedMetrics(sidecar);
        _app.Status = 200;
        var free = new TaskCompletionSource();
        _app.Silence = free.Task;
        _time.Advance(TimeSpan.FromSeconds(5));
        (await sidecar.Logs.NextAsync(Events)).Message.ShouldContain("is half open");

        var trial = sidecar.GetAsync();
        await Patience.UntilAsync(() => _app.Requests == 3);
        (await sidecar.AskAsync()).ShouldStartWith("HTTP/1.1 503");
        free.SetResult();
        (await trial).ShouldStartWith("HTTP/1.1 200");
        await sidecar.AccessLog.NextAsync();

        (await sidecar.Logs.NextAsync(Events)).Message.ShouldContain("is closed");
        (await sidecar.NamesAsync(3)).ShouldBe("aaa");
        metrics["sidecar.circuit_breaker.transitions", "sidecar.cluster=upstream", "sidecar.circuit_breaker.state=half_open"].ShouldBe(1);
        metrics["sidecar.circuit_breaker.transitions", "sidecar.cluster=upstream", "sidecar.circuit_breaker.state=closed"].ShouldBe(1);
    }

    [Fact]
    public async Task A_trial_that_fails_opens_the_circuit_for_as_long_again()
    {
        await using var sidecar = await OpenAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        await sidecar.Logs.NextAsync(Events);

        (await sidecar.AskAsync()).ShouldStartWith("HTTP/1.1 500");

        (await sidecar.Logs.NextAsync(Events)).Message.ShouldEndWith("is open for 5s: the attempt to use it again failed");
        (await sidecar.AskAsync()).ShouldStartWith("HTTP/1.1 503");
        _app.Requests.ShouldBe(3);
    }

    [Fact]
    public async Task A_trial_that_never_ends_does_not_keep_others_from_trying()
    {
        await using var sidecar = await OpenAsync();
        var free = new TaskCompletionSource();
        _app.Silence = free.Task;
        _time.Advance(TimeSpan.FromSeconds(5));
        var trial = sidecar.GetAsync();
        await Patience.UntilAsync(() => _app.Requests == 3);

        _time.Advance(TimeSpan.FromSeconds(5));
        var second = sidecar.GetAsync();
        await Patience.UntilAsync(() => _app.Requests == 4);

        free.SetResult();
        await Task.WhenAll(trial, second);
    }

    [Fact]
    public async Task Failures_that_are_long_ago_do_not_count()
    {
        await using var sidecar = await StartAsync("MinimumThroughput=3", "SamplingWindow=10s");
        _app.Status = 500;
        await sidecar.AskAsync();
        await sidecar.AskAsync();

        _time.Advance(TimeSpan.FromSeconds(11));
        await sidecar.AskAsync();

        (await sidecar.AskAsync()).ShouldStartWith("HTTP/1.1 500");
    }

    [Fact]
    public async Task The_other_targets_go_on()
    {
        await using var other = MoodyApp.Start("b");
        await using var sidecar = await RunningSidecar.StartAsync($"{_app.Url},{other.Url}", _time.Drive, "Sidecar:Upstream:CircuitBreaker:MinimumThroughput=2");
        _app.Status = 500;
        await sidecar.NamesAsync(4);

        (await sidecar.NamesAsync(4)).ShouldBe("bbbb");
    }

    [Fact]
    public async Task In_a_panic_all_targets_are_used_whatever_is_known_of_them()
    {
        await using var other = MoodyApp.Start("b");
        await using var sidecar = await RunningSidecar.StartAsync(
            $"{_app.Url},{other.Url}", _time.Drive, "Sidecar:Upstream:CircuitBreaker:MinimumThroughput=2", "Sidecar:Upstream:LoadBalancing:PanicPercent=50");
        (_app.Status, other.Status) = (500, 500);
        await sidecar.NamesAsync(4);

        (await sidecar.NamesAsync(4)).Order().ShouldBe("aabb");
    }

    [Theory]
    [InlineData("FailurePercent=0")]
    [InlineData("MinimumThroughput=0")]
    [InlineData("SamplingWindow=1ms")]
    [InlineData("BreakDuration=-1s")]
    public async Task What_cannot_be_is_refused_at_the_start(string setting) =>
        (await Should.ThrowAsync<Sidecar.Proxy.Configuration.ConfigurationException>(() => StartAsync(setting))).Message.ShouldStartWith($"Sidecar:Upstream:CircuitBreaker:{setting.Split('=')[0]}: '{setting.Split('=')[1]}' is not allowed; it must be");

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<RunningSidecar> OpenAsync()
    {
        var sidecar = await StartAsync("MinimumThroughput=2", "BreakDuration=5s");
        _app.Status = 500;
        await sidecar.AskAsync();
        await sidecar.AskAsync();
        await sidecar.Logs.NextAsync(Events);
        return sidecar;
    }

    private Task<RunningSidecar> StartAsync(params string[] settings) =>
        RunningSidecar.StartAsync(_app.Url, _time.Drive, [.. settings.Select(setting => "Sidecar:Upstream:CircuitBreaker:" + setting)]);
}
