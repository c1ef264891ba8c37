using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.Retries;

public sealed class RetryTests
{
    [Fact]
    public async Task Nothing_is_sent_again_unless_configured()
    {
        var turns = new Turns(Turns.Unavailable, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        (await sidecar.GetAsync()).ShouldEndWith("busy");
        turns.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_gateways_error_is_retried_on_another_target_and_the_client_sees_the_second_answer_only()
    {
        var turns = new Turns("HTTP/1.1 503 Busy\r\nX-First: 1\r\nContent-Length: 4\r\n\r\nbusy", Answers.Ok);
        await using var one = turns.App();
        await using var two = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync($"{one.Url},{two.Url}", Retrying.AtOnce);

        var answer = await sidecar.GetAsync("/orders");

        answer.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        answer.ShouldNotContain("X-First");
        answer.ShouldEndWith("\r\n\r\nok");
        turns.Seen.Select(seen => seen.App).ShouldBe([1, 2], ignoreOrder: true);
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["sidecar.attempts"].ShouldBe(2);
        record.Attributes["sidecar.retry.reason"].ShouldBe("status");
        record.Attributes["http.response.status_code"].ShouldBe(200);
        record.Attributes.ContainsKey("error.type").ShouldBeFalse();
    }

    [Fact]
    public async Task Retries_connect_failures_but_not_a_post_that_reached_the_app()
    {
        var turns = new Turns(Answers.Ok, Answers.Ok, null, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()},{app.Url}", Retrying.AtOnce);

        (await PostAsync(sidecar)).ShouldEndWith("ok");
        (await PostAsync(sidecar)).ShouldEndWith("ok");
        (await PostAsync(sidecar)).ShouldContain("error=connection_terminated");

        turns.Seen.Count.ShouldBe(3);
        turns.Seen.ShouldAllBe(seen => seen.Request.EndsWith("\r\n\r\nhello", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("OPTIONS", true)]
    [InlineData("PUT", true)]
    [InlineData("DELETE", true)]
    [InlineData("POST", false)]
    [InlineData("PATCH", false)]
    [InlineData("LOCK", false)]
    public async Task A_connection_that_breaks_before_the_answer_is_retried_if_the_method_is_idempotent(string method, bool isRetried)
    {
        var turns = new Turns(null, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce);

        var answer = await sidecar.ExchangeAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");

        answer.ShouldStartWith(isRetried ? "HTTP/1.1 200" : "HTTP/1.1 502");
        turns.Seen.Count.ShouldBe(isRetried ? 2 : 1);
    }

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConte")]
    public async Task What_is_no_answer_is_retried_like_none(string answer)
    {
        var requests = 0;
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadMessageAsync();
            await connection.SendAsync(++requests == 1 ? answer : Answers.Ok);
            if (requests == 1)
                connection.Dispose();
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce);

        (await sidecar.GetAsync()).ShouldEndWith("ok");
        requests.ShouldBe(2);
    }

    [Theory]
    [InlineData("Idempotency-Key: 1", "Sidecar:Resilience:Retry:IdempotencyHeader=Idempotency-Key", true)]
    [InlineData("X: 1", "Sidecar:Resilience:Retry:IdempotencyHeader=Idempotency-Key", false)]
    [InlineData("Idempotency-Key: 1", Retrying.AtOnce, false)]
    [InlineData("X: 1", "Sidecar:Resilience:Retry:Idempotent=true", true)]
    public async Task A_post_is_retried_if_it_is_marked(string header, string setting, bool isRetried)
    {
        var turns = new Turns(Turns.Unavailable, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce, setting);

        (await PostAsync(sidecar, header)).ShouldEndWith(isRetried ? "ok" : "busy");
        turns.Seen.Count.ShouldBe(isRetried ? 2 : 1);
    }

    [Fact]
    public async Task A_status_that_is_not_chosen_goes_to_the_client()
    {
        var turns = new Turns("HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\noh", Turns.Unavailable, "HTTP/1.1 429 Slow\r\nContent-Length: 4\r\n\r\nslow", Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce, "Sidecar:Resilience:Retry:Statuses=429");

        (await sidecar.GetAsync()).ShouldEndWith("oh");
        (await sidecar.GetAsync()).ShouldEndWith("busy");
        (await sidecar.GetAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task The_last_answer_goes_to_the_client_when_there_are_no_more_retries()
    {
        var turns = new Turns(Turns.Unavailable);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce, "Sidecar:Resilience:Retry:MaxRetries=3");

        (await sidecar.GetAsync()).ShouldEndWith("busy");

        turns.Seen.Count.ShouldBe(4);
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.attempts"].ShouldBe(4);
    }

    [Fact]
    public async Task The_last_failure_goes_to_the_client_when_there_are_no_more_retries()
    {
        var turns = new Turns([null]);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce);

        (await sidecar.GetAsync()).ShouldContain("error=connection_terminated");
        turns.Seen.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_answer_that_has_begun_is_never_begun_again()
    {
        var turns = new Turns("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhello", Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadThroughAsync("hello");

        await app.DisposeAsync();

        await client.EndsAsync();
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.attempts"].ShouldBe(1);
    }

    [Fact]
    public async Task An_upgrade_is_never_retried()
    {
        var turns = new Turns(Turns.Unavailable, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce);

        (await sidecar.GetAsync("/ws", "Connection: Upgrade", "Upgrade: websocket")).ShouldEndWith("busy");
        turns.Seen.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", 1)]
    [InlineData(Turns.Unavailable, 1)]
    [InlineData("HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbusy\r\n0\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbusy", 2)]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 9999\r\n\r\nbusy", 2)]
    [InlineData("HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nbusy", 2)]
    public async Task The_connection_of_an_answer_that_is_held_back_is_used_again_if_all_of_it_is_there(string answer, int connections)
    {
        var turns = new Turns(answer, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Retrying.AtOnce);

        (await sidecar.GetAsync()).ShouldEndWith("ok");
        app.Accepted.ShouldBe(connections);
    }

    [Fact]
    public async Task A_route_has_retries_of_its_own_or_none()
    {
        var turns = new Turns(Turns.Unavailable, Turns.Unavailable, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, Retrying.AtOnce, "Sidecar:Routes:0:Name=once", "Sidecar:Routes:0:Match:PathPrefix=/once", "Sidecar:Routes:0:Resilience:Retry:MaxRetries=0");

        (await sidecar.GetAsync("/once")).ShouldEndWith("busy");
        (await sidecar.GetAsync("/other")).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_route_may_be_the_only_one_with_retries()
    {
        var turns = new Turns(Turns.Unavailable, Turns.Unavailable, Answers.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, "Sidecar:Routes:0:Name=again", "Sidecar:Routes:0:Match:PathPrefix=/again", "Sidecar:Routes:0:Resilience:Retry:BaseDelay=0ms");

        (await sidecar.GetAsync("/other")).ShouldEndWith("busy");
        (await sidecar.GetAsync("/again")).ShouldEndWith("ok");
    }

    private static Task<string> PostAsync(RunningSidecar sidecar, string header = "X: 1") =>
        sidecar.ExchangeAsync($"POST / HTTP/1.1\r\nHost: a\r\n{header}\r\nContent-Length: 5\r\n\r\nhello");
}
