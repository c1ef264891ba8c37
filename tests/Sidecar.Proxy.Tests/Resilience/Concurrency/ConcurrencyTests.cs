using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.Concurrency;

public sealed class ConcurrencyTests : IAsyncDisposable
{
    private const string Limit = "Sidecar:Resilience:Concurrency";
    private const string Upgrade = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private const string Switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    // Nobody else waits for exactly this long.
    private static readonly TimeSpan QueueTimeout = TimeSpan.FromMilliseconds(1234);

    private readonly ManualTime _time = new();
    private readonly ScriptedApp _app = ScriptedApp.Start();

    [Fact]
    public async Task More_than_the_limit_get_503_and_the_app_never_sees_them()
    {
        await using var sidecar = await StartAsync($"{Limit}:Max=1");
        var first = sidecar.GetAsync("/first");
        var work = await ArrivedAsync("/first");

        var answer = await sidecar.GetAsync("/second");
        await work.SendAsync(Answers.Ok);

        answer.ShouldStartWith("HTTP/1.1 503 Service Unavailable\r\n");
        answer.ShouldContain("\r\nRetry-After: 1\r\n");
        answer.ShouldContain("\r\nProxy-Status: sidecar; error=connection_limit_reached\r\n");
        answer.ShouldContain("\r\nContent-Type: application/problem+json\r\n");
        (await first).ShouldEndWith("ok");
        await sidecar.EndedAsync(2);
        (await AnsweredAsync(sidecar, "/third", work)).ShouldEndWith("ok");
        _app.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_shed_is_logged_and_counted()
    {
        await using var sidecar = await StartAsync($"{Limit}:Max=1");
        using var metrics = new RecordedMetrics(sidecar);
        var first = sidecar.GetAsync();
        await ArrivedAsync("/");

        await sidecar.GetAsync("/x");

        var records = await sidecar.Logs.UntilAsync(AccessLog.Category, typeof(FailureLog).FullName!);
        records.Single(record => record.Category == AccessLog.Category).Attributes["sidecar.limited_by"].ShouldBe("concurrency");
        records.Single(record => record.Category != AccessLog.Category && record.Category == typeof(FailureLog).FullName).ShouldSatisfyAllConditions(
            record => record.Level.ShouldBe(LogLevel.Warning),
            record => record.Message.ShouldContain("connection_limit_reached, there are as many requests as there may be"));
        metrics["sidecar.limits.rejected", "sidecar.limited_by=concurrency"].ShouldBe(1);
        first.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task One_that_waits_goes_on_as_soon_as_there_is_room()
    {
        await using var sidecar = await StartAsync($"{Limit}:Max=1", $"{Limit}:Queue=1");
        using var metrics = new RecordedMetrics(sidecar);
        var first = sidecar.GetAsync("/first");
        var work = await ArrivedAsync("/first");
        var second = sidecar.GetAsync("/second");
        await SomebodyQueuesAsync();

        (await sidecar.GetAsync("/third")).ShouldStartWith("HTTP/1.1 503");
        (metrics["sidecar.concurrency.limit"], metrics["sidecar.concurrency.in_flight"], metrics["sidecar.concurrency.queued"]).ShouldBe((1, 1, 1));
        await work.SendAsync(Answers.Ok);

        (await work.ReadHeadAsync()).ShouldStartWith("GET /second");
        await work.SendAsync(Answers.Ok);
        (await first).ShouldEndWith("ok");
        (await second).ShouldEndWith("ok");
        await sidecar.EndedAsync(3);
        (metrics["sidecar.concurrency.in_flight"], metrics["sidecar.concurrency.queued"]).ShouldBe((0, 0));
    }

    [Fact]
    public async Task One_that_waits_too_long_gets_503()
    {
        await using var sidecar = await StartAsync($"{Limit}:Max=1", $"{Limit}:Queue=1");
        var first = sidecar.GetAsync("/first");
        await ArrivedAsync("/first");
        var second = sidecar.GetAsync("/second");
        await SomebodyQueuesAsync();

        _time.Advance(QueueTimeout);

        (await second).ShouldStartWith("HTTP/1.1 503");
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["sidecar.limited_by"].ShouldBe("queue_timeout");
        record.Attributes["sidecar.queue_time"].ShouldBe(QueueTimeout.TotalSeconds);
        first.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_leaves_while_it_waits_is_not_waited_for()
    {
        await using var sidecar = await StartAsync($"{Limit}:Max=1", $"{Limit}:Queue=1");
        var first = sidecar.GetAsync("/first");
        var work = await ArrivedAsync("/first");
        using var second = await sidecar.ConnectAsync();
        await second.SendAsync("GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
        await SomebodyQueuesAsync();

        second.Reset();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["error.type"].ShouldBe("client_disconnected");
        var third = sidecar.GetAsync("/third");
        await SomebodyQueuesAsync();
        await work.SendAsync(Answers.Ok);

        (await work.ReadHeadAsync()).ShouldStartWith("GET /third");
        await work.SendAsync(Answers.Ok);
        (await first).ShouldEndWith("ok");
        (await third).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_health_check_has_a_reserve_and_is_shed_when_that_is_used_up()
    {
        await using var sidecar = await StartAsync($"{Limit}:Max=1", "Sidecar:Tracing:HealthCheckPaths=/health");
        var first = sidecar.GetAsync("/first");
        await ArrivedAsync("/first");
        var check = sidecar.GetAsync("/health");
        var work = await ArrivedAsync("/health");

        (await sidecar.GetAsync("/health")).ShouldStartWith("HTTP/1.1 503");
        await work.SendAsync(Answers.Ok);
        (await check).ShouldEndWith("ok");
        first.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_trusted_client_calls_important_waits_in_front_and_takes_the_place_of_the_last()
    {
        await using var sidecar = await StartAsync($"{Limit}:Max=1", $"{Limit}:Queue=1", "Sidecar:Resilience:PriorityHeader=X-Matters", "Sidecar:Headers:TrustedProxies=127.0.0.1");
        var first = sidecar.GetAsync("/first");
        var work = await ArrivedAsync("/first");
        var reserve = sidecar.GetAsync("/reserve", "X-Matters: yes");
        var other = await ArrivedAsync("/reserve");
        var waiting = sidecar.GetAsync("/waiting");
        await SomebodyQueuesAsync();

        var urgent = sidecar.GetAsync("/urgent", "X-Matters: yes");
        var shed = await waiting;
        await work.SendAsync(Answers.Ok);
        await other.SendAsync(Answers.Ok);

        shed.ShouldStartWith("HTTP/1.1 503");
        (await Task.WhenAny(work.ReadHeadAsync(), other.ReadHeadAsync()).Unwrap()).ShouldStartWith("GET /urgent ");
        urgent.IsCompleted.ShouldBeFalse();
        (await first).ShouldEndWith("ok");
        (await reserve).ShouldEndWith("ok");
    }

    [Fact]
    public async Task An_open_WebSocket_counts()
    {
        await using var sidecar = await StartAsync($"{Limit}:Max=1");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync(Upgrade);
        var tunnel = await ArrivedAsync("/ws");
        await tunnel.SendAsync(Switching);
        await client.ReadHeadAsync();

        (await sidecar.GetAsync()).ShouldStartWith("HTTP/1.1 503");
        using (var metrics = new RecordedMetrics(sidecar))
            (metrics["sidecar.concurrency.in_flight"], metrics["sidecar.concurrency.upgraded"]).ShouldBe((0, 1));
        tunnel.Dispose();
        await client.EndsAsync();
        await sidecar.EndedAsync(2);

        var next = sidecar.GetAsync("/next");
        await (await ArrivedAsync("/next")).SendAsync(Answers.Ok);
        (await next).ShouldEndWith("ok");
    }

    [Fact]
    public async Task Open_WebSockets_leave_the_limit_that_is_found_out_to_the_others()
    {
        await using var sidecar = await StartAsync($"{Limit}:Max=25", $"{Limit}:Adaptive:Min=2");
        var clients = new List<RawConnection>();
        for (var i = 0; i < 24; i++)
        {
            clients.Add(await sidecar.ConnectAsync());
            await clients[i].SendAsync(Upgrade);
            await (await ArrivedAsync("/ws")).SendAsync(Switching);
            await clients[i].ReadHeadAsync();
        }

        var get = sidecar.GetAsync("/get");
        var work = await ArrivedAsync("/get");
        (await sidecar.GetAsync("/over")).ShouldStartWith("HTTP/1.1 503");
        await work.SendAsync(Answers.Ok);

        (await get).ShouldEndWith("ok");
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_route_with_a_limit_of_its_own_counts_alone()
    {
        await using var sidecar = await StartAsync($"{Limit}:Max=1", "Sidecar:Routes:0:Name=own", "Sidecar:Routes:0:Match:PathPrefix=/own", "Sidecar:Routes:0:Resilience:Concurrency:Max=1");
        var other = sidecar.GetAsync("/other");
        await ArrivedAsync("/other");
        var own = sidecar.GetAsync("/own");
        var work = await ArrivedAsync("/own");

        (await sidecar.GetAsync("/own")).ShouldStartWith("HTTP/1.1 503");
        (await sidecar.GetAsync("/other")).ShouldStartWith("HTTP/1.1 503");
        await work.SendAsync(Answers.Ok);

        (await own).ShouldEndWith("ok");
        other.IsCompleted.ShouldBeFalse();
        using var metrics = new RecordedMetrics(sidecar);
        metrics["sidecar.concurrency.limit", "sidecar.route=own"].ShouldBe(1);
    }

    [Fact]
    public async Task Who_is_in_flight_stays_counted_when_a_reload_changes_the_limit()
    {
        await using var sidecar = await StartAsync($"{Limit}:Max=1", $"{Limit}:Queue=1");
        var first = sidecar.GetAsync("/first");
        await ArrivedAsync("/first");
        var second = sidecar.GetAsync("/second");
        await SomebodyQueuesAsync();

        sidecar.Reload(_app.Url, $"{Limit}:Max=2");
        var third = await sidecar.GetAsync("/third");
        var work = await ArrivedAsync("/second");
        await work.SendAsync(Answers.Ok);

        third.ShouldStartWith("HTTP/1.1 503");
        (await second).ShouldEndWith("ok");
        first.IsCompleted.ShouldBeFalse();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<string> AnsweredAsync(RunningSidecar sidecar, string path, RawConnection work)
    {
        var exchange = sidecar.GetAsync(path);
        (await work.ReadHeadAsync()).ShouldStartWith($"GET {path} ");
        await work.SendAsync(Answers.Ok);
        return await exchange;
    }

    /// <summary>The application has got a request on a connection of its own.</summary>
    private async Task<RawConnection> ArrivedAsync(string path)
    {
        var connection = await _app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldStartWith($"GET {path} ");
        return connection;
    }

    private Task SomebodyQueuesAsync() => _time.SomebodyWaitsAsync(QueueTimeout);

    private Task<RunningSidecar> StartAsync(params string[] settings) => RunningSidecar.StartAsync(
        _app.Url,
        _time.Drive,
        [.. settings, $"{Limit}:QueueTimeout=1234ms"]);
}
