using System.Text.Json;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability;

public sealed class AccessLogTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

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
    }

    [Fact]
    public async Task A_failed_request_is_in_the_log_too()
    {
        await using var sidecar = await RunningSidecar.StartAsync($"http://127.0.0.1:{FreePort.Next()}");

        await sidecar.GetAsync("/x");

        var record = await sidecar.Logs.NextAsync(AccessLog.Category);
        record.Attributes["http.response.status_code"].ShouldBe(502);
        record.Attributes["error.type"].ShouldBe("connection_refused");
    }

    [Fact]
    public async Task Json_is_one_object_a_line_by_OpenTelemetrys_names()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:AccessLog:Format=json");

        await sidecar.ExchangeAsync("POST /orders?page=2&Token=geheim&x HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 3\r\nX-Request-Id: r-1\r\n\r\nabc");

        var line = await sidecar.AccessLog.NextAsync();
        line.ShouldNotContain("geheim");
        var record = JsonDocument.Parse(line).RootElement;
        record.GetProperty("service.name").GetString().ShouldBe("legacy");
        record.GetProperty("message").GetString()!.ShouldStartWith($"legacy - {app.Url} - /orders - ");
        record.GetProperty("url.query").GetString().ShouldBe("?page=2&Token=REDACTED&x");
        record.GetProperty("http.response.status_code").GetInt32().ShouldBe(200);
        record.GetProperty("http.request.body.size").GetInt64().ShouldBe(3);
        record.GetProperty("http.response.body.size").GetInt64().ShouldBe(2);
        record.GetProperty("sidecar.attempts").GetInt32().ShouldBe(1);
        record.GetProperty("sidecar.ended_by").GetString().ShouldBe("app");
        record.GetProperty("sidecar.upstream.address").GetString().ShouldBe($"127.0.0.1:{app.Port}");
        record.GetProperty("http.request.id").GetString().ShouldBe("r-1");
        record.GetProperty("sidecar.time_to_first_byte").GetDouble().ShouldBeInRange(0, record.GetProperty("http.server.request.duration").GetDouble());
        record.GetProperty("trace_id").GetString()!.Length.ShouldBe(32);
    }

    [Fact]
    public async Task The_common_log_format_is_there_for_old_tools()
    {
        await using var app = ScriptedApp.Answering(Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:AccessLog:Format=clf");

        await sidecar.GetAsync("/a?b=\"1\"");

        (await sidecar.AccessLog.NextAsync()).ShouldMatch("^127\\.0\\.0\\.1 - - \\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} \\+0000\\] \"GET /a\\?b=%221%22 HTTP/1\\.1\" 200 2$");
    }

    [Fact]
    public async Task Successes_can_be_sampled_and_failures_never_are()
    {
        await using var app = ScriptedApp.Serving(async connection =>
        {
            var head = await connection.ReadMessageAsync();
            await connection.SendAsync(head.Contains("/bad", StringComparison.Ordinal) ? "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n" : Ok);
        });
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:AccessLog:SuccessPercent=0");

        await sidecar.GetAsync("/good");
        await sidecar.GetAsync("/bad");

        (await sidecar.AccessLog.NextAsync()).ShouldContain(" - /bad - ");
    }

    [Fact]
    public async Task An_upgrade_is_told_of_at_its_end_with_the_bytes_each_way()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:AccessLog:Format=json");
        using var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        var connection = await app.AcceptedAsync();
        await connection.ReadHeadAsync();
        await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n12345");
        await client.ReadThroughAsync("12345");
        await client.SendAsync("abc");
        await connection.ReadExactlyAsync(3);
        sidecar.AccessLog.IsEmpty.ShouldBeTrue();

        connection.Dispose();

        var record = JsonDocument.Parse(await sidecar.AccessLog.NextAsync()).RootElement;
        record.GetProperty("sidecar.upgraded").GetBoolean().ShouldBeTrue();
        record.GetProperty("http.request.body.size").GetInt64().ShouldBe(3);
        record.GetProperty("http.response.body.size").GetInt64().ShouldBe(5);
    }

    [Fact]
    public async Task A_client_that_leaves_is_who_ended_it()
    {
        await using var app = ScriptedApp.Start();
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, "Sidecar:AccessLog:Format=json");
        var client = await sidecar.ConnectAsync();
        await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        await (await app.AcceptedAsync()).ReadHeadAsync();

        client.Reset();

        JsonDocument.Parse(await sidecar.AccessLog.NextAsync()).RootElement.GetProperty("sidecar.ended_by").GetString().ShouldBe("client");
    }

    [Fact]
    public async Task The_writer_loses_nothing_when_it_is_closed()
    {
        await using var stream = new MemoryStream();
        var entry = new AccessLogEntry("s", new RequestRecord { Method = "GET", Scheme = "http", Host = "a", Path = "/", ProtocolVersion = "1.1" });
        var writer = new AccessLogWriter(stream);

        await Parallel.ForAsync(0, 10_000, (_, _) =>
        {
            writer.Write(entry, AccessLogFormat.Line);
            return default;
        });
        await writer.DisposeAsync();

        System.Text.Encoding.UTF8.GetString(stream.ToArray()).Split('\n').Length.ShouldBe(10_001);
    }
}
