using Microsoft.Extensions.Logging;
using OpenTelemetry.Resources;
using Sidecar.Proxy.Observability.Otlp;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability.Otlp;

public sealed class OtlpExporterTests : IDisposable
{
    private readonly RecordedLogs _logs = new();
    private readonly LoggerFactory _loggers = new();

    public OtlpExporterTests() => _loggers.AddProvider(_logs);

    [Theory]
    [InlineData("grpc", false)]
    [InlineData("grpc", true)]
    [InlineData("http/protobuf", false)]
    [InlineData("http/protobuf", true)]
    public async Task Records_go_out_in_one_resource_and_one_scope(string protocol, bool isCompressed)
    {
        await using var collector = await OtlpCollector.StartAsync(protocol);
        await using var exporter = Exporter(Settings(collector.Url, protocol) with { BatchSize = 3, IsCompressed = isCompressed });

        Add(exporter, "one", "two", new string('x', 100_000));

        var message = new OtlpFields(await collector.Taken.Reader.ReadAsync(Patience.Token()));
        var group = message.Messages(1).ShouldHaveSingleItem();
        group.Message(1).Attributes(1)["service.name"].ShouldBe("legacy");
        var scope = group.Messages(2).ShouldHaveSingleItem();
        scope.Message(1).Text(1).ShouldBe("Sidecar.Proxy");
        scope.Messages(2).Select(span => span.Text(5)).ShouldBe(["one", "two", new string('x', 100_000)]);
    }

    [Theory]
    [InlineData("http/protobuf", 429)]
    [InlineData("http/protobuf", 503)]
    [InlineData("grpc", 14)]
    public async Task What_the_collector_cannot_take_now_is_sent_again_and_said_once(string protocol, int status)
    {
        await using var collector = await OtlpCollector.StartAsync(protocol);
        collector.Refusals.Enqueue(status);
        await using var exporter = Exporter(Settings(collector.Url, protocol) with { BatchSize = 1 });

        Add(exporter, "one", "two");

        foreach (var name in new[] { "one", "two" })
            new OtlpFields(await collector.Taken.Reader.ReadAsync(Patience.Token())).Message(1).Message(2).Message(2).Text(5).ShouldBe(name);
        exporter.Dropped.ShouldBe(0);
        var category = typeof(OtlpExporter).FullName!;
        (await _logs.NextAsync(category)).ShouldSatisfyAllConditions(
            record => record.Level.ShouldBe(LogLevel.Warning),
            record => record.Message.ShouldStartWith($"Cannot export traces to {collector.Url}/"),
            record => record.Message.ShouldEndWith($"status {status}{(protocol == "grpc" ? " not now" : "")}; they wait"));
        (await _logs.NextAsync(category)).Message.ShouldStartWith("Export of traces works again");
        _logs.Drain().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http/protobuf", 400)]
    [InlineData("grpc", 3)]
    public async Task What_the_collector_refuses_is_lost_counted_and_said(string protocol, int status)
    {
        await using var collector = await OtlpCollector.StartAsync(protocol);
        collector.Refusals.Enqueue(status);
        await using var exporter = Exporter(Settings(collector.Url, protocol) with { BatchSize = 2 });

        Add(exporter, "lost", "too", "taken", "as well");

        var taken = new OtlpFields(await collector.Taken.Reader.ReadAsync(Patience.Token()));
        taken.Message(1).Message(2).Messages(2).Select(span => span.Text(5)).ShouldBe(["taken", "as well"]);
        exporter.Dropped.ShouldBe(2);
        (await _logs.NextAsync(typeof(OtlpExporter).FullName!)).Message.ShouldEndWith("; they are lost");
    }

    [Fact]
    public async Task A_batch_that_does_not_fill_goes_out_when_its_time_has_come()
    {
        await using var collector = await OtlpCollector.StartAsync("grpc");
        await using var exporter = Exporter(Settings(collector.Url, "grpc") with { Delay = TimeSpan.FromMilliseconds(20) });

        Add(exporter, "alone");

        new OtlpFields(await collector.Taken.Reader.ReadAsync(Patience.Token())).Message(1).Message(2).Message(2).Text(5).ShouldBe("alone");
    }

    [Fact]
    public async Task A_collector_that_is_away_does_not_keep_the_end_waiting()
    {
        var exporter = Exporter(Settings($"http://127.0.0.1:{FreePort.Next()}", "grpc"));
        Add(exporter, "one", "two");

        await exporter.DisposeAsync();

        exporter.Dropped.ShouldBe(2);
        // It is often gone because everything ends.
        _logs.Drain().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sidecar_says_that_its_collector_is_away_and_ends_well()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var (port, adminPort, nobody) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("Sidecar__Lifecycle__DrainDelay", "0s"),
            ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"), ("Sidecar__AccessLog__Format", "none"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{nobody}"), ("OTEL_BSP_SCHEDULE_DELAY", "20"), ("OTEL_BLRP_SCHEDULE_DELAY", "600000"));
        await sidecar.IsLiveAsync(adminPort);
        using (var client = await RawConnection.OpenAsync(port))
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            (await client.ReadMessageAsync()).ShouldEndWith("ok");
        }

        await sidecar.SaysAsync($"warn: Cannot export traces to http://127.0.0.1:{nobody}/opentelemetry.proto.collector.trace.v1.TraceService/Export: Connection refused");
        sidecar.Signal("TERM");

        (await sidecar.ExitAsync()).ShouldBe((0, ""));
    }

    public void Dispose() => _loggers.Dispose();

    private static OtlpSettings Settings(string url, string protocol) => new(
        Endpoint: new Uri(new Uri(url), protocol == "grpc" ? OtlpSignal.Traces.GrpcPath : OtlpSignal.Traces.HttpPath),
        IsGrpc: protocol == "grpc",
        IsCompressed: false,
        Headers: [],
        Client: () => new HttpClient { Timeout = TimeSpan.FromSeconds(10) },
        QueueSize: 100,
        BatchSize: 100,
        Delay: TimeSpan.FromMinutes(10));

    private static void Add(OtlpExporter exporter, params string[] names)
    {
        foreach (var name in names)
        {
            var writer = new ProtobufWriter();
            writer.String(5, name);
            exporter.Add(writer.Written);
        }
    }

    private OtlpExporter Exporter(OtlpSettings settings)
    {
        var resource = ResourceBuilder.CreateEmpty().AddAttributes([new("service.name", "legacy")]).Build();
        return new(OtlpSignal.Traces, settings, new OtlpEnvelope(resource, OtlpSignal.Traces.Scope), _loggers.CreateLogger<OtlpExporter>());
    }
}
