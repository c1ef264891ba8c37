using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.Concurrency;

public sealed class AdaptiveConcurrencyTests : IAsyncDisposable
{
    private const string Upgrade = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private readonly ManualTime _time = new();
    private readonly ScriptedApp _app;
    private TaskCompletionSource _round = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _latency = TimeSpan.FromMilliseconds(10);
    private int _together = 1;
    private int _arrived;

    /// <summary>An application that takes so many requests together, and as long as it is told.</summary>
    public AdaptiveConcurrencyTests() => _app = ScriptedApp.Serving(async connection =>
    {
        var head = await connection.ReadMessageAsync();
        var round = _round;
        if (Interlocked.Increment(ref _arrived) % _together == 0)
        {
            _round = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _time.Advance(_latency);
            round.SetResult();
        }

        await round.Task;
        await connection.SendAsync(head.Contains("Upgrade", StringComparison.Ordinal)
            ? "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            : Answers.Ok);
    });

    [Fact]
    public async Task An_app_that_slows_down_under_load_gets_less_of_it()
    {
        await using var sidecar = await StartAsync();
        await QuietAsync(sidecar);
        Limit(sidecar).ShouldBe(20);

        await LoadAsync(sidecar, TimeSpan.FromMilliseconds(100));

        Limit(sidecar).ShouldBe(16);
    }

    [Fact]
    public async Task An_app_that_stays_fast_under_load_gets_more_of_it()
    {
        await using var sidecar = await StartAsync();
        _latency = TimeSpan.FromMilliseconds(50);
        await QuietAsync(sidecar);

        await LoadAsync(sidecar, TimeSpan.FromMilliseconds(50));

        Limit(sidecar).ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task Upgraded_requests_and_health_checks_tell_nothing_of_latency()
    {
        await using var sidecar = await StartAsync("Sidecar:Tracing:HealthCheckPaths=/health");
        await QuietAsync(sidecar);

        await LoadAsync(sidecar, TimeSpan.FromMilliseconds(100), "/health");
        var tunnels = new List<RawConnection>();
        for (var round = 0; round < 3; round++)
            tunnels.AddRange(await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => UpgradeAsync(sidecar))));
        tunnels.ForEach(client => client.Reset());
        await sidecar.EndedAsync(36);

        Limit(sidecar).ShouldBe(20);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static long Limit(RunningSidecar sidecar)
    {
        using var metrics = new RecordedMetrics(sidecar);
        return metrics["sidecar.concurrency.limit"];
    }

    private static async Task<RawConnection> UpgradeAsync(RunningSidecar sidecar)
    {
        var client = await sidecar.ConnectAsync();
        await client.SendAsync(Upgrade);
        await client.ReadHeadAsync();
        return client;
    }

    /// <summary>One request after the other, until the limit has seen enough.</summary>
    private static async Task QuietAsync(RunningSidecar sidecar)
    {
        for (var i = 0; i < 30; i++)
        {
            await sidecar.GetAsync();
            await sidecar.EndedAsync(1);
        }
    }

    /// <summary>Twelve requests at once, three times.</summary>
    private async Task LoadAsync(RunningSidecar sidecar, TimeSpan latency, string path = "/")
    {
        (_together, _latency, _arrived) = (12, latency, 0);
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => sidecar.GetAsync(path)));
            await sidecar.EndedAsync(12);
        }
    }

    private Task<RunningSidecar> StartAsync(params string[] settings) => RunningSidecar.StartAsync(
        _app.Url,
        _time.Drive,
        [.. settings, "Sidecar:Resilience:Concurrency:Adaptive:Min=2"]);
}
