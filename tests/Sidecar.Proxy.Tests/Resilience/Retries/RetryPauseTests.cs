using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.Retries;

public sealed class RetryPauseTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Retry_After_is_waited_for()
    {
        var turns = new Turns("HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 503 Busy\r\nRetry-After: Thu, 01 Jan 2026 00:00:03 GMT\r\nContent-Length: 0\r\n\r\n", Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive, Retrying.AtOnce);
        var exchange = sidecar.GetAsync();

        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(2));
        turns.Seen.Count.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(2));
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(1));
        turns.Seen.Count.ShouldBe(2);
        _time.Advance(TimeSpan.FromSeconds(1));

        (await exchange).ShouldEndWith("ok");
    }

    [Fact]
    public async Task An_app_that_asks_for_more_patience_than_there_is_is_not_asked_again()
    {
        var turns = new Turns("HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 4\r\n\r\nbusy", Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce);

        var answer = await sidecar.GetAsync();

        answer.ShouldContain("Retry-After: 3");
        answer.ShouldEndWith("busy");
        turns.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_retry_that_would_come_too_late_for_its_request_is_not_sent()
    {
        var turns = new Turns("HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 4\r\n\r\nbusy", Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce, "Sidecar:Resilience:Timeouts:Total=2s");

        (await sidecar.GetAsync()).ShouldEndWith("busy");
        turns.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_retry_that_would_come_too_late_for_a_drain_is_not_sent()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive, Retrying.AtOnce, "Sidecar:Lifecycle:DrainTimeout=25s");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await sidecar.AdminAsync("/drain", HttpMethod.Post);
        _time.Advance(TimeSpan.FromSeconds(19));

        await connection.SendAsync("HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 4\r\n\r\nbusy");

        (await client.ReadMessageAsync()).ShouldEndWith("busy");
    }

    [Fact]
    public async Task A_client_that_leaves_during_the_pause_ends_it()
    {
        var turns = new Turns("HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n", Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive, Retrying.AtOnce);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(2));

        client.Reset();

        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["error.type"].ShouldBe("client_disconnected");
        record.Attributes["sidecar.attempts"].ShouldBe(1);
        turns.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_attempt_without_an_answer_in_time_is_retried_if_it_is_idempotent()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, _time.Drive, Retrying.AtOnce, "Sidecar:Resilience:Timeouts:Attempt=3s");
        var get = sidecar.GetAsync();
        await (await app.AcceptedAsync()).ReadHeadAsync();
        await _time.SomebodyWaitsAsync(TimeSpan.FromSeconds(3));

        _time.Advance(TimeSpan.FromSeconds(3));
        var second = await app.AcceptedAsync();
        await second.ReadHeadAsync();
        await second.SendAsync(Answers.Ok);

        (await get).ShouldEndWith("ok");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.retry.reason"].ShouldBe("timeout");
    }
}
