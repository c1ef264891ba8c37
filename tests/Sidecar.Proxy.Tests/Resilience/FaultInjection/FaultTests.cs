using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Resilience.FaultInjection;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.FaultInjection;

public sealed class FaultTests : IAsyncDisposable
{
    private const string Faults = "Sidecar:Resilience:Faults";
    private const string On = $"{Faults}:Enabled=true";

    private static readonly string Warnings = typeof(FaultWarnings).FullName!;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(3456);

    private readonly ManualTime _time = new();
    private readonly Sequence _random = new();
    private readonly ScriptedApp _app = ScriptedApp.Answering(Answers.Ok);

    [Fact]
    public async Task Nothing_goes_wrong_unless_it_is_enabled()
    {
        await using var sidecar = await StartAsync($"{Faults}:Abort:Percent=100", $"{Faults}:Abort:Status=503");

        (await sidecar.GetAsync()).ShouldEndWith("ok");
        sidecar.Logs.Drain().ShouldNotContain(record => record.Category == Warnings);
    }

    [Fact]
    public async Task Aborts_the_given_share_with_the_given_status()
    {
        await using var sidecar = await StartAsync(On, $"{Faults}:Abort:Percent=30", $"{Faults}:Abort:Status=502");
        _random.Values = [0.31, 0.29, 0.3];

        var answers = new[] { await sidecar.GetAsync(), await sidecar.GetAsync(), await sidecar.GetAsync() };

        answers[0].ShouldEndWith("ok");
        answers[1].ShouldStartWith("HTTP/1.1 502 Bad Gateway\r\n");
        answers[1].ShouldContain("\r\nProxy-Status: sidecar; error=proxy_internal_response\r\n");
        answers[1].ShouldContain("made on purpose");
        answers[2].ShouldEndWith("ok");
    }

    [Fact]
    public async Task What_is_done_on_purpose_can_be_told_from_what_is_not()
    {
        await using var sidecar = await StartAsync(On, $"{Faults}:Abort:Percent=100", $"{Faults}:Abort:Status=502");
        using var metrics = new RecordedMetrics(sidecar);

        await sidecar.GetAsync();

        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["sidecar.fault"].ShouldBe("abort");
        record.Attributes["sidecar.ended_by"].ShouldBe("sidecar");
        record.Attributes["error.type"].ShouldBe("proxy_internal_response");
        metrics["sidecar.faults.injected", "sidecar.fault=abort"].ShouldBe(1);
    }

    [Fact]
    public async Task Delays_the_given_share()
    {
        await using var sidecar = await StartAsync(On, $"{Faults}:Delay:Percent=50", $"{Faults}:Delay:Duration=3456ms");
        _random.Values = [0.6, 0.4];
        (await sidecar.GetAsync()).ShouldEndWith("ok");
        await sidecar.Logs.NextAsync(AccessLog.Category);
        var exchange = sidecar.GetAsync();
        await _time.SomebodyWaitsAsync(Delay);

        exchange.IsCompleted.ShouldBeFalse();
        _time.Advance(Delay);

        (await exchange).ShouldEndWith("ok");
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["sidecar.fault"].ShouldBe("delay");
        record.Attributes["http.server.request.duration"].ShouldBe(Delay.TotalSeconds);
    }

    [Fact]
    public async Task An_error_comes_after_the_delay()
    {
        await using var sidecar = await StartAsync(On, $"{Faults}:Delay:Percent=100", $"{Faults}:Delay:Duration=3456ms", $"{Faults}:Abort:Percent=100", $"{Faults}:Abort:Status=418");
        var exchange = sidecar.GetAsync();
        await _time.SomebodyWaitsAsync(Delay);

        _time.Advance(Delay);

        (await exchange).ShouldStartWith("HTTP/1.1 418 ");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.fault"].ShouldBe("delay,abort");
        _app.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task A_client_that_leaves_during_the_delay_is_not_waited_for()
    {
        await using var sidecar = await StartAsync(On, $"{Faults}:Delay:Percent=100", $"{Faults}:Delay:Duration=3456ms");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await _time.SomebodyWaitsAsync(Delay);

        client.Reset();

        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["error.type"].ShouldBe("client_disconnected");
        _app.Accepted.ShouldBe(0);
    }

    [Theory]
    [InlineData(503, "X-Test: on", "X-Who: me")]
    [InlineData(503, "x-test: on", "x-who: ")]
    [InlineData(200, "X-Test: off", "X-Who: me")]
    [InlineData(200, "X-Test: on")]
    [InlineData(200)]
    public async Task Only_requests_with_all_the_headers_are_meant(int status, params string[] headers)
    {
        await using var sidecar = await StartAsync(On, $"{Faults}:Abort:Percent=100", $"{Faults}:Abort:Status=503", $"{Faults}:Headers:X-Test=on", $"{Faults}:Headers:X-Who=*");

        (await sidecar.GetAsync("/", headers)).ShouldStartWith($"HTTP/1.1 {status} ");
    }

    [Fact]
    public async Task A_route_can_have_faults_of_its_own_or_none()
    {
        await using var sidecar = await StartAsync(
            On, $"{Faults}:Abort:Percent=100", $"{Faults}:Abort:Status=503",
            "Sidecar:Routes:0:Name=own", "Sidecar:Routes:0:Match:PathPrefix=/own", "Sidecar:Routes:0:Resilience:Faults:Enabled=true",
            "Sidecar:Routes:0:Resilience:Faults:Abort:Percent=100", "Sidecar:Routes:0:Resilience:Faults:Abort:Status=404",
            "Sidecar:Routes:1:Name=none", "Sidecar:Routes:1:Match:PathPrefix=/none", "Sidecar:Routes:1:Resilience:Faults:Enabled=false");

        (await sidecar.GetAsync("/own")).ShouldStartWith("HTTP/1.1 404");
        (await sidecar.GetAsync("/none")).ShouldStartWith("HTTP/1.1 200");
        (await sidecar.GetAsync("/")).ShouldStartWith("HTTP/1.1 503");
    }

    [Fact]
    public async Task Fault_injection_is_said_aloud_at_the_start_and_at_each_reload()
    {
        string[] settings = [On, $"{Faults}:Abort:Percent=0.5", $"{Faults}:Abort:Status=503", $"{Faults}:Delay:Percent=10", $"{Faults}:Delay:Duration=2s", $"{Faults}:Headers:X-Test=on"];
        await using var sidecar = await StartAsync(settings);
        var atStart = await sidecar.Logs.NextAsync(Warnings);

        sidecar.Reload(_app.Url, [.. settings, "Sidecar:Headers:Via=true"]);
        var atReload = await sidecar.Logs.NextAsync(Warnings);
        sidecar.Reload(_app.Url);

        atStart.Level.ShouldBe(LogLevel.Warning);
        atStart.Message.ShouldBe("FAULT INJECTION IS ON: of every request with X-Test, 10 % wait for 2s, 0.5 % get 503");
        atReload.Message.ShouldBe(atStart.Message);
        sidecar.Logs.Drain().ShouldNotContain(record => record.Category == Warnings);
        (await sidecar.GetAsync("/", "X-Test: on")).ShouldEndWith("ok");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task<RunningSidecar> StartAsync(params string[] settings) => RunningSidecar.StartAsync(
        _app.Url,
        builder =>
        {
            _time.Drive(builder);
            builder.Services.AddSingleton<Random>(_random);
        },
        settings);

    /// <summary>Chance that is none.</summary>
    private sealed class Sequence : Random
    {
        private Queue<double> _values = [];

        public double[] Values
        {
            set => _values = new(value);
        }

        public override double NextDouble() => _values.Count > 0 ? _values.Dequeue() : 0;
    }
}
