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
    public async Task The_writer_loses_nothing_when_it_is_closed()
    {
        await using var stream = new MemoryStream();
        var entry = new AccessLogEntry("s", new RequestRecord { Method = "GET", Scheme = "http", Host = "a", Path = "/", ProtocolVersion = "1.1" });
        var writer = new AccessLogWriter(stream);

        await Parallel.ForAsync(0, 10_000, (_, _) =>
        {
            writer.Write(entry);
            return default;
        });
        await writer.DisposeAsync();

        System.Text.Encoding.UTF8.GetString(stream.ToArray()).Split('\n').Length.ShouldBe(10_001);
    }
}
