using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability.Otlp;

public sealed class OtlpExportTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Logs_traces_and_metrics_are_exported_and_flushed_on_exit(string protocol)
    {
        await using var collector = await OtlpCollector.StartAsync(protocol);
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("SRV_NAME", "legacy"),
            ("Sidecar__Lifecycle__DrainDelay", "0s"), ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=secret"),
            // Long enough that only the flush on exit can have sent anything.
            ("OTEL_BSP_SCHEDULE_DELAY", "600000"), ("OTEL_BLRP_SCHEDULE_DELAY", "600000"), ("OTEL_METRIC_EXPORT_INTERVAL", "600000"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=instance-7"));
        await sidecar.IsLiveAsync(adminPort);
        using (var client = await RawConnection.OpenAsync(port))
        {
            await client.SendAsync("GET /orders/7 HTTP/1.1\r\nHost: a\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n");
            (await client.ReadMessageAsync()).ShouldEndWith("ok");
        }

        sidecar.Signal("TERM");

        (await sidecar.ExitAsync()).ShouldBe((0, ""));
        collector.Received("traces").ShouldContain("url.full");
        collector.Received("logs").ShouldContain($"legacy - {app.Url} - /orders/7 - ");
        collector.Received("metrics").ShouldContain("http.server.request.duration");
        collector.Received("metrics").ShouldContain("http.client.request.duration");
        collector.Received("metrics").ShouldContain("http.server.active_requests");
        collector.Received("logs").ShouldContain("http.server.request.duration");
        foreach (var signal in new[] { "traces", "logs" })
            collector.Contains(signal, Convert.FromHexString("4bf92f3577b34da6a3ce929d0e0e4736")).ShouldBeTrue();
        foreach (var signal in new[] { "traces", "logs", "metrics" })
        {
            collector.Received(signal).ShouldContain("instance-7");
            collector.Received(signal).ShouldContain("legacy");
        }

        collector.Keys.ShouldAllBe(key => key == "secret");
    }
}
