using System.Text.Json;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.AccessLogging;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability.AccessLogging;

public sealed class AccessLogTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Json = "Sidecar:AccessLog:Format=json";

    [Fact]
    public async Task Each_request_is_one_line_on_stdout()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        await sidecar.GetAsync("/orders/7?token=secret");

        var parts = (await sidecar.AccessLog.NextAsync()).Split(" - ");
        parts[..3].ShouldBe(["legacy", app.Url, "/orders/7"]);
        long.Parse(parts[3], null).ShouldBeInRange(before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        sidecar.AccessLog.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task The_record_has_the_contracts_template_and_OpenTelemetrys_names()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url);

        await sidecar.GetAsync("/orders/7", "User-Agent: tests");

        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["{OriginalFormat}"].ShouldBe("{Service} - {Target} - {Route} - {Time}");
        record.Attributes["Service"].ShouldBe("legacy");
        record.Attributes["Target"].ShouldBe(app.Url);
        record.Attributes["Route"].ShouldBe("/orders/7");
        record.Message.ShouldBe($"legacy - {app.Url} - /orders/7 - {record.Attributes["Time"]}");
        record.Attributes["http.request.method"].ShouldBe("GET");
        record.Attributes["http.response.status_code"].ShouldBe(200);
        record.Attributes["url.path"].ShouldBe("/orders/7");
        record.Attributes["user_agent.original"].ShouldBe("tests");
        record.Attributes["client.address"].ShouldBe("127.0.0.1");
        record.Attributes["http.response.body.size"].ShouldBe(2L);
        record.Attributes["sidecar.attempts"].ShouldBe(1);
        record.Attributes["sidecar.ended_by"].ShouldBe("upstream");
        record.Attributes["sidecar.upstream.port"].ShouldBe(app.Port);
    }

    [Fact]
    public async Task As_json_a_request_is_one_object_with_everything_there_is_to_tell()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Json);

        await sidecar.ExchangeAsync("POST /orders?id=7 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: tests \"7\"\r\nX-Request-Id: r-1\r\n"
            + "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nContent-Length: 5\r\n\r\nhello");

        var record = await NextAsync(sidecar);
        record.GetProperty("timestamp").GetDateTimeOffset().ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        Text(record, "service.name").ShouldBe("legacy");
        Text(record, "trace_id").ShouldBe("4bf92f3577b34da6a3ce929d0e0e4736");
        Text(record, "http.request.method").ShouldBe("POST");
        Text(record, "url.scheme").ShouldBe("http");
        Text(record, "url.path").ShouldBe("/orders");
        Text(record, "url.query").ShouldBe("id=7");
        Text(record, "server.address").ShouldBe("shop.example");
        Text(record, "network.protocol.version").ShouldBe("1.1");
        Text(record, "client.address").ShouldBe("127.0.0.1");
        Text(record, "user_agent.original").ShouldBe("tests \"7\"");
        Text(record, "sidecar.request_id").ShouldBe("r-1");
        Text(record, "sidecar.target").ShouldBe(app.Url);
        Text(record, "sidecar.upstream.address").ShouldBe("127.0.0.1");
        Text(record, "sidecar.ended_by").ShouldBe("upstream");
        record.GetProperty("sidecar.upstream.port").GetInt32().ShouldBe(app.Port);
        record.GetProperty("sidecar.attempts").GetInt32().ShouldBe(1);
        record.GetProperty("http.response.status_code").GetInt32().ShouldBe(200);
        record.GetProperty("http.request.body.size").GetInt64().ShouldBe(5);
        record.GetProperty("http.response.body.size").GetInt64().ShouldBe(2);
        var first = record.GetProperty("sidecar.time_to_first_byte").GetDouble();
        first.ShouldBeGreaterThan(0);
        record.GetProperty("http.server.request.duration").GetDouble().ShouldBeGreaterThanOrEqualTo(first);
        record.TryGetProperty("error.type", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task As_clf_a_request_is_a_line_that_log_tools_read()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:AccessLog:Format=clf");

        await sidecar.GetAsync("/orders?id=7");

        (await sidecar.AccessLog.NextAsync()).ShouldMatch(@"^127\.0\.0\.1 - - \[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d \+0000\] ""GET /orders\?id=7 HTTP/1\.1"" 200 2$");
    }

    [Fact]
    public async Task With_none_nothing_is_written_and_records_still_go_to_collectors()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:AccessLog:Format=none");

        await sidecar.GetAsync();

        await sidecar.Logs.NextAsync(AccessLog.Category);
        await sidecar.StopAsync();
        sidecar.AccessLog.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_failed_request_is_in_the_log_too()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}", Json);

        var answer = await sidecar.GetAsync("/x");

        var record = await NextAsync(sidecar);
        record.GetProperty("http.response.status_code").GetInt32().ShouldBe(502);
        Text(record, "error.type").ShouldBe("connection_refused");
        Text(record, "sidecar.ended_by").ShouldBe("upstream");
        record.GetProperty("http.response.body.size").GetInt64().ShouldBe(answer.Length - answer.IndexOf('{', StringComparison.Ordinal));
        record.TryGetProperty("sidecar.upstream.address", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_request_the_sidecar_gives_up_on_was_ended_by_the_sidecar()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Json, "Sidecar:Upstream:ResponseTimeout=50ms");

        await sidecar.GetAsync();

        Text(await NextAsync(sidecar), "sidecar.ended_by").ShouldBe("sidecar");
    }

    [Fact]
    public async Task A_request_whose_client_leaves_is_recorded_as_ended_by_the_client()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Json);
        using (var client = await sidecar.ConnectAsync())
        {
            await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            await (await app.AcceptedAsync()).ReadHeadAsync();
        }

        var record = await NextAsync(sidecar);
        Text(record, "error.type").ShouldBe("client_disconnected");
        Text(record, "sidecar.ended_by").ShouldBe("client");
        record.TryGetProperty("http.response.status_code", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("GET /a HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n")]
    [InlineData("GET /a HTTP/9.9\r\nHost: a\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    public async Task A_request_refused_before_the_pipeline_is_recorded_once(string request)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Json);
        using var client = await sidecar.ConnectAsync();

        await client.SendAsync(request);

        var record = await NextAsync(sidecar);
        record.GetProperty("http.response.status_code").GetInt32().ShouldBeInRange(400, 505);
        Text(record, "error.type").ShouldBe("http_request_error");
        Text(record, "error.message").ShouldNotBeEmpty();
        Text(record, "sidecar.ended_by").ShouldBe("sidecar");
        Text(record, "client.address").ShouldBe("127.0.0.1");
        await client.ReadToEndAsync();
        await sidecar.StopAsync();
        sidecar.AccessLog.IsEmpty.ShouldBeTrue();
        app.Accepted.ShouldBe(0);
    }

    [Theory]
    [InlineData(true, "client")]
    [InlineData(false, "upstream")]
    public async Task An_upgraded_connection_is_recorded_at_its_end_with_the_bytes_each_way(bool clientEnds, string endedBy)
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Json);
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        await client.ReadHeadAsync();
        await client.SendAsync("hello");
        await connection.ReadExactlyAsync(5);
        await connection.SendAsync("good morning");
        await client.ReadExactlyAsync(12);
        sidecar.AccessLog.IsEmpty.ShouldBeTrue();

        var (first, second) = clientEnds ? (client, connection) : (connection, client);
        first.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        await second.IsClosedByPeerAsync();
        second.Dispose();

        var record = await NextAsync(sidecar);
        record.GetProperty("http.response.status_code").GetInt32().ShouldBe(101);
        record.GetProperty("sidecar.upgraded").GetBoolean().ShouldBeTrue();
        record.GetProperty("http.request.body.size").GetInt64().ShouldBe(5);
        record.GetProperty("http.response.body.size").GetInt64().ShouldBe(12);
        Text(record, "sidecar.ended_by").ShouldBe(endedBy);
    }

    [Fact]
    public async Task Secrets_reach_the_app_but_neither_log()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Json, "Sidecar:Redaction:Paths=/reset/{token}");
        var exchange = sidecar.GetAsync("/reset/s3cret/confirm?user=7&to%6ben=s3cret&x=1");
        var connection = await app.AcceptedAsync();
        (await connection.ReadHeadAsync()).ShouldStartWith("GET /reset/s3cret/confirm?user=7&to%6ben=s3cret&x=1 ");
        await connection.SendAsync("garbage\r\n\r\n");
        await exchange;

        var line = await sidecar.AccessLog.NextAsync();
        line.ShouldNotContain("s3cret");
        line.ShouldContain("\"url.path\":\"/reset/REDACTED/confirm\",\"url.query\":\"user=7&to%6ben=REDACTED&x=1\"");
        var logs = await sidecar.Logs.UntilAsync(AccessLog.Category, typeof(FailureLog).FullName!);
        logs.ShouldAllBe(record => !record.Message.Contains("s3cret") && !record.Attributes.Values.Any(value => value is string && ((string)value).Contains("s3cret")));
    }

    [Fact]
    public async Task Of_successes_only_the_chosen_part_is_recorded_but_everything_else_always()
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            var head = await connection.ReadMessageAsync();
            await connection.SendAsync($"HTTP/1.1 {head.Split(' ')[1][1..]} X\r\nContent-Length: 0\r\n\r\n");
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, Json, "Sidecar:AccessLog:SuccessPercent=0");

        foreach (var status in new[] { 200, 204, 302, 404, 299, 500 })
            await sidecar.GetAsync($"/{status}");

        var statuses = new List<int>();
        for (var i = 0; i < 3; i++)
            statuses.Add((await NextAsync(sidecar)).GetProperty("http.response.status_code").GetInt32());
        statuses.ShouldBe([302, 404, 500]);
        await sidecar.StopAsync();
        sidecar.AccessLog.IsEmpty.ShouldBeTrue();
    }

    private static async Task<JsonElement> NextAsync(RunningSidecar sidecar) => JsonDocument.Parse(await sidecar.AccessLog.NextAsync()).RootElement;

    private static string Text(JsonElement record, string name) => record.GetProperty(name).GetString()!;
}
