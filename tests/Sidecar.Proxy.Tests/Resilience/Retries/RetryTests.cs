using System.Diagnostics;
using System.Net;
using System.Text;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Resilience.Retries;

public sealed class RetryTests
{
    private const string On = "Sidecar:Resilience:Retry:BaseDelay=0ms";

    [Fact]
    public async Task Nothing_is_sent_again_unless_configured()
    {
        var turns = new Turns(Turns.Unavailable, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        (await sidecar.GetAsync()).ShouldEndWith("busy");
        turns.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_gateways_error_is_retried_on_another_target_and_the_client_sees_the_second_answer_only()
    {
        var turns = new Turns("HTTP/1.1 503 Busy\r\nX-First: 1\r\nContent-Length: 4\r\n\r\nbusy", Turns.Ok);
        await using var one = turns.App();
        await using var two = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync($"{one.Url},{two.Url}", On);

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
        var turns = new Turns(Turns.Ok, Turns.Ok, null, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()},{app.Url}", On);

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
        var turns = new Turns(null, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);

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
            await connection.SendAsync(++requests == 1 ? answer : Turns.Ok);
            if (requests == 1)
                connection.Dispose();
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);

        (await sidecar.GetAsync()).ShouldEndWith("ok");
        requests.ShouldBe(2);
    }

    [Theory]
    [InlineData("Idempotency-Key: 1", "Sidecar:Resilience:Retry:IdempotencyHeader=Idempotency-Key", true)]
    [InlineData("X: 1", "Sidecar:Resilience:Retry:IdempotencyHeader=Idempotency-Key", false)]
    [InlineData("Idempotency-Key: 1", On, false)]
    [InlineData("X: 1", "Sidecar:Resilience:Retry:Idempotent=true", true)]
    public async Task A_post_is_retried_if_it_is_marked(string header, string setting, bool isRetried)
    {
        var turns = new Turns(Turns.Unavailable, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On, setting);

        (await PostAsync(sidecar, header)).ShouldEndWith(isRetried ? "ok" : "busy");
        turns.Seen.Count.ShouldBe(isRetried ? 2 : 1);
    }

    [Fact]
    public async Task A_body_is_sent_again_whole_and_counted_once()
    {
        var turns = new Turns(null, Turns.Unavailable, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);
        var body = new string('x', 50_000) + "end";

        (await sidecar.ExchangeAsync($"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}")).ShouldEndWith("ok");

        turns.Seen.Count.ShouldBe(3);
        turns.Seen.ShouldAllBe(seen => seen.Request.EndsWith("\r\n\r\n" + body, StringComparison.Ordinal));
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["http.request.body.size"].ShouldBe((long)body.Length);
    }

    [Fact]
    public async Task A_body_that_is_still_coming_begins_again_and_streams_on()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        var first = await app.AcceptedAsync();
        await first.ReadThroughAsync("5\r\nfirst\r\n");

        await first.SendAsync(Turns.Unavailable);
        var second = await app.AcceptedAsync();
        await second.ReadThroughAsync("5\r\nfirst\r\n");
        await client.SendAsync("6\r\nsecond\r\n");
        await second.ReadThroughAsync("6\r\nsecond\r\n");
        await client.SendAsync("0\r\nX-Sum: 7\r\n\r\n");
        await second.ReadThroughAsync("0\r\nX-Sum: 7\r\n\r\n");
        await second.SendAsync(Turns.Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_chunked_body_keeps_its_trailers_when_it_is_sent_again()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n");

        using (var first = await app.AcceptedAsync())
            await first.ReadThroughAsync("0\r\nX-Sum: 7\r\n\r\n");
        var second = await app.AcceptedAsync();
        await second.ReadThroughAsync("5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n");
        await second.SendAsync(Turns.Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_body_larger_than_is_kept_is_sent_once()
    {
        var turns = new Turns(Turns.Unavailable, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On, "Sidecar:Resilience:Retry:MaxBodyBytes=4");

        (await sidecar.ExchangeAsync("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")).ShouldEndWith("busy");
        turns.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_body_of_unknown_length_that_turns_out_too_large_is_sent_once()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On, "Sidecar:Resilience:Retry:MaxBodyBytes=4");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadThroughAsync("\r\n0\r\n\r\n");

        await connection.SendAsync(Turns.Unavailable);

        (await client.ReadMessageAsync()).ShouldEndWith("busy");
    }

    [Fact]
    public async Task A_client_that_waits_for_continue_is_asked_for_its_body_by_the_attempt_that_wants_it()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On, "Sidecar:Upstream:ContinueTimeout=1m");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        var first = await app.AcceptedAsync();
        await first.ReadHeadAsync();
        await first.SendAsync(Turns.Unavailable);

        var second = await app.AcceptedAsync();
        await second.ReadHeadAsync();
        await second.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        (await client.ReadHeadAsync()).ShouldBe("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("hello");
        (await second.ReadExactlyAsync(5)).ShouldBe("hello");
        await second.SendAsync(Turns.Ok);

        (await client.ReadMessageAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task The_last_answer_goes_to_the_client_when_there_are_no_more_retries()
    {
        var turns = new Turns(Turns.Unavailable);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On, "Sidecar:Resilience:Retry:MaxRetries=3");

        (await sidecar.GetAsync()).ShouldEndWith("busy");

        turns.Seen.Count.ShouldBe(4);
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.attempts"].ShouldBe(4);
    }

    [Fact]
    public async Task The_last_failure_goes_to_the_client_when_there_are_no_more_retries()
    {
        var turns = new Turns([null]);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);

        (await sidecar.GetAsync()).ShouldContain("error=connection_terminated");
        turns.Seen.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_status_that_is_not_chosen_goes_to_the_client()
    {
        var turns = new Turns("HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\noh", Turns.Unavailable, "HTTP/1.1 429 Slow\r\nContent-Length: 4\r\n\r\nslow", Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On, "Sidecar:Resilience:Retry:Statuses=429");

        (await sidecar.GetAsync()).ShouldEndWith("oh");
        (await sidecar.GetAsync()).ShouldEndWith("busy");
        (await sidecar.GetAsync()).ShouldEndWith("ok");
    }

    [Fact]
    public async Task An_answer_that_has_begun_is_never_begun_again()
    {
        var turns = new Turns("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhello", Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);
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
        var turns = new Turns(Turns.Unavailable, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);

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
        var turns = new Turns(answer, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);

        (await sidecar.GetAsync()).ShouldEndWith("ok");
        app.Accepted.ShouldBe(connections);
    }

    [Fact]
    public async Task Retry_After_is_waited_for()
    {
        var time = new ManualTime();
        var turns = new Turns("HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 503 Busy\r\nRetry-After: Thu, 01 Jan 2026 00:00:03 GMT\r\nContent-Length: 0\r\n\r\n", Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await StartAsync(app.Url, time, On);
        var exchange = sidecar.GetAsync();

        await time.SomebodyWaitsAsync(TimeSpan.FromSeconds(2));
        turns.Seen.Count.ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(2));
        await time.SomebodyWaitsAsync(TimeSpan.FromSeconds(1));
        turns.Seen.Count.ShouldBe(2);
        time.Advance(TimeSpan.FromSeconds(1));

        (await exchange).ShouldEndWith("ok");
    }

    [Fact]
    public async Task An_app_that_asks_for_more_patience_than_there_is_is_not_asked_again()
    {
        var turns = new Turns("HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 4\r\n\r\nbusy", Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);

        var answer = await sidecar.GetAsync();

        answer.ShouldContain("Retry-After: 3");
        answer.ShouldEndWith("busy");
        turns.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_retry_that_would_come_too_late_for_its_request_is_not_sent()
    {
        var turns = new Turns("HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 4\r\n\r\nbusy", Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On, "Sidecar:Resilience:Timeouts:Total=2s");

        (await sidecar.GetAsync()).ShouldEndWith("busy");
        turns.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_retry_that_would_come_too_late_for_a_drain_is_not_sent()
    {
        var time = new ManualTime();
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, time, On, "Sidecar:Lifecycle:DrainTimeout=25s");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await sidecar.AdminAsync("/drain", HttpMethod.Post);
        time.Advance(TimeSpan.FromSeconds(19));

        await connection.SendAsync("HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 4\r\n\r\nbusy");

        (await client.ReadMessageAsync()).ShouldEndWith("busy");
    }

    [Fact]
    public async Task A_client_that_leaves_during_the_pause_ends_it()
    {
        var time = new ManualTime();
        var turns = new Turns("HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n", Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await StartAsync(app.Url, time, On);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await time.SomebodyWaitsAsync(TimeSpan.FromSeconds(2));

        client.Reset();

        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["error.type"].ShouldBe("client_disconnected");
        record.Attributes["sidecar.attempts"].ShouldBe(1);
        turns.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_attempt_without_an_answer_in_time_is_retried_if_it_is_idempotent()
    {
        var time = new ManualTime();
        await using var app = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app.Url, time, On, "Sidecar:Resilience:Timeouts:Attempt=3s");
        var get = sidecar.GetAsync();
        await (await app.AcceptedAsync()).ReadHeadAsync();
        await time.SomebodyWaitsAsync(TimeSpan.FromSeconds(3));

        time.Advance(TimeSpan.FromSeconds(3));
        var second = await app.AcceptedAsync();
        await second.ReadHeadAsync();
        await second.SendAsync(Turns.Ok);

        (await get).ShouldEndWith("ok");
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.retry.reason"].ShouldBe("timeout");
    }

    [Fact]
    public async Task Without_a_budget_the_first_answer_goes_to_the_client()
    {
        var turns = new Turns(Turns.Unavailable, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On, "Sidecar:Resilience:Retry:BudgetPercent=0", "Sidecar:Resilience:Retry:BudgetMinimumPerSecond=0");
        using var metrics = new RecordedMetrics(sidecar);

        (await sidecar.GetAsync()).ShouldEndWith("busy");

        turns.Seen.Count.ShouldBe(1);
        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes["sidecar.retry.refused"].ShouldBe("over_budget");
        metrics["sidecar.retries", "sidecar.retry.reason=status", "sidecar.retry.outcome=over_budget"].ShouldBe(1);
    }

    [Fact]
    public async Task All_clusters_have_a_budget_of_their_own_and_retries_stay_within_it()
    {
        var (failing, working) = (new Turns(Turns.Unavailable), new Turns(Turns.Unavailable, Turns.Ok));
        await using var bad = failing.App();
        await using var good = working.App();
        await using var sidecar = await StartAsync(
            bad.Url, new ManualTime(), On, "Sidecar:Resilience:Retry:BudgetPercent=20", "Sidecar:Resilience:Retry:BudgetMinimumPerSecond=1",
            $"Sidecar:Clusters:good:Targets={good.Url}", "Sidecar:Routes:0:Name=good", "Sidecar:Routes:0:Match:PathPrefix=/good", "Sidecar:Routes:0:Cluster=good");
        using var client = await sidecar.ConnectAsync();

        for (var i = 0; i < 100; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            (await client.ReadMessageAsync()).ShouldEndWith("busy");
        }

        failing.Seen.Count.ShouldBeInRange(110, 120);
        (await sidecar.GetAsync("/good")).ShouldEndWith("ok");
    }

    [Fact]
    public async Task Retries_are_counted_by_reason_and_outcome()
    {
        var turns = new Turns(null, Turns.Unavailable, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);
        using var metrics = new RecordedMetrics(sidecar);

        await sidecar.GetAsync();
        await sidecar.Logs.NextAsync(AccessLog.Category);

        metrics["sidecar.retries", "sidecar.retry.reason=reset", "sidecar.retry.outcome=failure"].ShouldBe(1);
        metrics["sidecar.retries", "sidecar.retry.reason=status", "sidecar.retry.outcome=success"].ShouldBe(1);
    }

    [Fact]
    public async Task Each_attempt_has_a_client_span_of_its_own()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var spans = new RecordedSpans();
        var turns = new Turns(Turns.Unavailable, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);

        await sidecar.GetAsync("/", $"traceparent: 00-{trace}-00f067aa0ba902b7-01");

        var all = await spans.OfTraceAsync(trace);
        all.Select(span => span.GetTagItem("http.response.status_code")).ShouldBe([503, 200, 200]);
        all.Select(span => span.GetTagItem("http.request.resend_count")).ShouldBe([null, 1, null]);
        all[0].GetTagItem("error.type").ShouldBe("503");
        all[2].GetTagItem("sidecar.retry.reason").ShouldBe("status");
        turns.Seen[0].Request.ShouldContain(all[0].SpanId.ToHexString());
        turns.Seen[1].Request.ShouldContain(all[1].SpanId.ToHexString());
    }

    [Fact]
    public async Task A_route_has_retries_of_its_own_or_none()
    {
        var turns = new Turns(Turns.Unavailable, Turns.Unavailable, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, On, "Sidecar:Routes:0:Name=once", "Sidecar:Routes:0:Match:PathPrefix=/once", "Sidecar:Routes:0:Resilience:Retry:MaxRetries=0");

        (await sidecar.GetAsync("/once")).ShouldEndWith("busy");
        (await sidecar.GetAsync("/other")).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_route_may_be_the_only_one_with_retries()
    {
        var turns = new Turns(Turns.Unavailable, Turns.Unavailable, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(
            app.Url, "Sidecar:Routes:0:Name=again", "Sidecar:Routes:0:Match:PathPrefix=/again", "Sidecar:Routes:0:Resilience:Retry:BaseDelay=0ms");

        (await sidecar.GetAsync("/other")).ShouldEndWith("busy");
        (await sidecar.GetAsync("/again")).ShouldEndWith("ok");
    }

    [Fact]
    public async Task A_client_of_HTTP_2_has_its_body_sent_again_too()
    {
        var turns = new Turns(null, Turns.Ok);
        await using var app = turns.App();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, On);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, sidecar.Url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("hello", Encoding.ASCII),
        };

        using var response = await http.SendAsync(request, Patience.Token());

        (await response.Content.ReadAsStringAsync(Patience.Token())).ShouldBe("ok");
        turns.Seen.ShouldAllBe(seen => seen.Request.EndsWith("\r\n\r\nhello", StringComparison.Ordinal));
    }

    private static Task<string> PostAsync(RunningSidecar sidecar, string header = "X: 1") =>
        sidecar.ExchangeAsync($"POST / HTTP/1.1\r\nHost: a\r\n{header}\r\nContent-Length: 5\r\n\r\nhello");

    private static Task<RunningSidecar> StartAsync(string target, ManualTime time, params string[] settings) =>
        RunningSidecar.StartAsync(target, time.Drive, settings);
}
