using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Traffic.Mirroring;

public sealed class MirroringTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\napp";

    [Fact]
    public async Task A_copy_is_sent_and_its_answer_counted_but_never_seen()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var shadow = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, shadow);
        using var metrics = new RecordedMetrics(sidecar);

        var answer = await sidecar.GetAsync("/a%2Fb?q=1", "X-Some: thing");
        var copy = await shadow.AcceptedAsync();
        var head = await copy.ReadHeadAsync();
        await copy.SendAsync("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 6\r\n\r\nshadow");

        answer.ShouldEndWith("app");
        head.ShouldStartWith("GET /a%2Fb?q=1 HTTP/1.1\r\n");
        head.ShouldContain("\r\nHost: shop.example\r\n");
        head.ShouldContain("\r\nX-Some: thing\r\n");
        head.ShouldContain("\r\nX-Forwarded-For: 127.0.0.1\r\n");
        var count = await metrics.NextAsync("sidecar.mirror.requests");
        count["sidecar.route"].ShouldBe("one");
        count["http.response.status_code"].ShouldBe(500);
        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["http.response.status_code"].ShouldBe(200);
        record.Attributes["sidecar.mirrored"].ShouldBe(true);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")]
    public async Task The_copy_has_the_body(string rest)
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadThroughAsync("llo");
            await connection.SendAsync(Ok);
        });
        await using var shadow = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, shadow);

        (await sidecar.ExchangeAsync($"POST /x HTTP/1.1\r\nHost: a\r\n{rest}")).ShouldEndWith("app");

        var copy = await (await shadow.AcceptedAsync()).ReadMessageAsync();
        copy.ShouldStartWith("POST /x HTTP/1.1\r\n");
        copy.ShouldContain("\r\nContent-Length: 5\r\n");
        copy.ShouldNotContain("chunked");
        copy.ShouldEndWith("\r\n\r\nhello");
    }

    [Fact]
    public async Task A_copy_is_sent_over_HTTP_2_too()
    {
        var seen = new TaskCompletionSource<string>();
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadMessageAsync();
            await connection.SendAsync(Ok);
        });
        await using var shadow = await KestrelApp.StartHttp2Async(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            seen.TrySetResult($"{context.Request.Method} {context.Request.Path} {await reader.ReadToEndAsync()}");
            context.Response.StatusCode = 202;
        });
        await using var sidecar = await StartAsync(app, shadow.Url, "Sidecar:Clusters:shadow:Protocol=http2");
        using var metrics = new RecordedMetrics(sidecar);

        (await sidecar.ExchangeAsync("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")).ShouldEndWith("app");

        (await seen.Task.WaitAsync(Patience.Token())).ShouldBe("POST /x hello");
        (await metrics.NextAsync("sidecar.mirror.requests"))["http.response.status_code"].ShouldBe(202);
    }

    [Fact]
    public async Task A_mirror_that_is_not_there_costs_the_request_nothing()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await StartAsync(app, $"http://127.0.0.1:{FreePort.Next()}");
        using var metrics = new RecordedMetrics(sidecar);

        (await sidecar.GetAsync()).ShouldEndWith("app");

        (await metrics.NextAsync("sidecar.mirror.requests"))["error.type"].ShouldBe("connection_refused");
    }

    [Fact]
    public async Task A_mirror_that_never_answers_is_given_up()
    {
        var time = new ManualTime();
        await using var app = ScriptedApp.Answering(Ok);
        await using var shadow = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, time.Drive, Settings(shadow.Url, "Sidecar:Routes:0:Mirror:Timeout=3s"));
        using var metrics = new RecordedMetrics(sidecar);

        (await sidecar.GetAsync()).ShouldEndWith("app");
        var copy = await shadow.AcceptedAsync();
        await copy.ReadHeadAsync();
        time.Advance(TimeSpan.FromSeconds(3));

        (await metrics.NextAsync("sidecar.mirror.requests"))["error.type"].ShouldBe("http_response_timeout");
        await copy.EndsAsync();
    }

    [Theory]
    [InlineData("Content-Length: 6\r\n\r\nhello!")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n4\r\nllo!\r\n0\r\n\r\n")]
    public async Task A_body_that_is_too_large_is_not_copied(string rest)
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            await connection.ReadThroughAsync("llo!");
            await connection.SendAsync(Ok);
        });
        await using var shadow = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, shadow.Url, "Sidecar:Routes:0:Mirror:MaxBodyBytes=5");
        using var metrics = new RecordedMetrics(sidecar);

        (await sidecar.ExchangeAsync($"POST /x HTTP/1.1\r\nHost: a\r\n{rest}")).ShouldEndWith("app");

        (await metrics.NextAsync("sidecar.mirror.skipped"))["sidecar.mirror.reason"].ShouldBe("too_large");
        shadow.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task Of_more_copies_than_there_may_be_none_is_made()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var shadow = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, shadow.Url, "Sidecar:Routes:0:Mirror:MaxConcurrent=1");
        using var metrics = new RecordedMetrics(sidecar);

        (await sidecar.GetAsync("/1")).ShouldEndWith("app");
        (await sidecar.GetAsync("/2")).ShouldEndWith("app");
        (await metrics.NextAsync("sidecar.mirror.skipped"))["sidecar.mirror.reason"].ShouldBe("busy");
        var copy = await shadow.AcceptedAsync();
        (await copy.ReadHeadAsync()).ShouldStartWith("GET /1 ");
        await copy.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");

        (await metrics.NextAsync("sidecar.mirror.requests"))["http.response.status_code"].ShouldBe(204);
    }

    [Fact]
    public async Task A_client_that_breaks_off_leaves_no_copy_behind()
    {
        await using var app = ScriptedApp.Start();
        await using var shadow = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, shadow);
        using var metrics = new RecordedMetrics(sidecar);
        using (var client = await sidecar.ConnectAsync())
        {
            await client.SendAsync("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
            await (await app.AcceptedAsync()).ReadThroughAsync("he");
            client.Reset();
        }

        (await metrics.NextAsync("sidecar.mirror.skipped"))["sidecar.mirror.reason"].ShouldBe("incomplete");
        shadow.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task No_share_means_no_copy()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var shadow = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, shadow.Url, "Sidecar:Routes:0:Mirror:Percent=0");

        await sidecar.GetAsync();

        (await sidecar.Logs.NextAsync(AccessLog.Category)).Attributes.ContainsKey("sidecar.mirrored").ShouldBeFalse();
    }

    [Fact]
    public async Task The_copy_is_rewritten_as_the_request_is()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var shadow = ScriptedApp.Start();
        await using var sidecar = await StartAsync(app, shadow.Url, "Sidecar:Routes:0:Rewrite:Path=/new", "Sidecar:Routes:0:RequestHeaders:Set:X-Stage=canary");

        await sidecar.GetAsync("/old");

        var head = await (await shadow.AcceptedAsync()).ReadHeadAsync();
        head.ShouldStartWith("GET /new HTTP/1.1\r\n");
        head.ShouldContain("\r\nX-Stage: canary\r\n");
    }

    private static Task<RunningSidecar> StartAsync(ScriptedApp app, ScriptedApp shadow) => StartAsync(app, shadow.Url);

    private static Task<RunningSidecar> StartAsync(ScriptedApp app, string shadow, params string[] settings) => RunningSidecar.StartAsync(app.Url, Settings(shadow, settings));

    private static string[] Settings(string shadow, params string[] settings) =>
        [$"Sidecar:Clusters:shadow:Targets={shadow}", "Sidecar:Routes:0:Name=one", "Sidecar:Routes:0:Mirror:Cluster=shadow", .. settings];
}
